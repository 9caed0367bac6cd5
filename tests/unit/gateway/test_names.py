"""Names for display: asked for once a minute, and never a reason for a page to fail."""

from typing import Any

import pytest

from contracts.errors import Unavailable
from gateway.names import Names


class Directory:
    """Plays accounts, and a stopwatch."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.is_away = False
        self.asked: list[list[str]] = []

    def ask(self, service: str, method: str, request: dict[str, Any], **how: Any) -> dict[str, Any]:
        self.asked.append(request["account_ids"])
        if self.is_away:
            raise Unavailable("no_answer")
        return {"names": {id_: f"name of {id_}" for id_ in request["account_ids"] if id_ != "unknown"}}


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def names(directory: Directory) -> Names:
    return Names(directory.ask, lambda: directory.now)


def test_all_names_are_asked_for_at_once(names: Names, directory: Directory) -> None:
    found = names.people(["a", None, "b", "a", "unknown"])

    assert found == {"a": "name of a", "b": "name of b"}
    assert directory.asked == [["a", "b", "unknown"]]


def test_only_what_is_not_known_is_asked_for(names: Names, directory: Directory) -> None:
    names.people(["a"])
    directory.now += 59
    names.people(["a", "b"])
    directory.now += 1
    names.people(["a", "b"])

    assert directory.asked == [["a"], ["b"], ["a"]]


def test_old_names_are_shown_while_nobody_answers(names: Names, directory: Directory) -> None:
    names.people(["a"])
    directory.now += 61
    directory.is_away = True

    assert names.people(["a", "b"]) == {"a": "name of a"}


def test_after_waiting_in_vain_nobody_waits_again_for_a_while(names: Names, directory: Directory) -> None:
    directory.is_away = True
    names.people(["a"])
    names.people(["a"])
    directory.is_away = False
    directory.now += 5

    assert names.people(["a"]) == {"a": "name of a"}
    assert len(directory.asked) == 2
