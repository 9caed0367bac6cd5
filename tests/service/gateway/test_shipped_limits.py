"""The limits as they are shipped: whoever asks too fast is told for how long, and holds up nobody else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.config import Settings
from tests.service.gateway.conftest import AOKI, BABA, Browser
from tests.support.eventually import eventually
from tests.support.machine import TestInstance

SHIPPED = Settings("gateway")
MOST = 6_000


@pytest.fixture(scope="module")
def instance(machine: Any) -> Iterator[TestInstance]:
    made = machine.fresh(
        TSUNAGI_RATE_ACCOUNT=str(SHIPPED.rate_account), TSUNAGI_RATE_ADDRESS=str(SHIPPED.rate_address)
    )
    yield made
    made.close()


def ask_until_refused(browser: Browser) -> Any:
    """Ask from several sides at once; returns the first refusal."""
    with ThreadPoolExecutor(8) as pool:
        for _ in range(MOST // 40):
            for answer in pool.map(browser.get, ["/api/session"] * 40):
                if answer.status_code != 200:
                    return answer
    raise AssertionError(f"{MOST} requests, and none was refused")


def test_who_asks_too_fast_waits_and_then_goes_on(browser: Callable[..., Browser]) -> None:
    aoki, baba = browser(AOKI), browser(BABA)

    refused = ask_until_refused(aoki)

    assert (refused.status_code, refused.json()["reason"]) == (429, "too_fast")
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert baba.get("/api/session").status_code == 200
    eventually(lambda: aoki.get("/api/session").status_code == 200)
