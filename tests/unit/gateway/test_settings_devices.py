"""The devices of the settings: what was asked for is done, however often it is pressed."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import NotFound
from tests.unit.gateway.conftest import Answers, Client


@pytest.mark.parametrize("answer", [{}, NotFound("device")])
def test_a_device_that_is_gone_already_is_removed_all_the_same(
    somebody: Callable[..., Client], answers: Answers, answer: Any
) -> None:
    answers.by_method["remove_device"] = answer
    reader = somebody(role="care_manager")

    done = reader.browser.post("/settings/devices/d-1/remove", data={"csrf_token": reader.token})

    assert (done.status_code, done.location) == (303, "/settings#channels")
    with reader.browser.session_transaction() as kept:
        assert [words for _, words in kept["_flashes"]] == ["その端末には、もう通知しません。"]
