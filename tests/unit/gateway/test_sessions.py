"""How long a copy of a session is trusted."""

from typing import Any

import pytest

from chassis.clock import Clock
from contracts.errors import NotSignedIn, Unavailable
from gateway.sessions import TRUSTED_S, Sessions
from tests.unit.gateway.conftest import Answers, a_session


class Stopwatch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def sessions(answers: Answers, watch: Stopwatch) -> Sessions:
    return Sessions(answers, Clock(), watch)


def test_a_copy_saves_asking_again(sessions: Sessions, answers: Answers, watch: Stopwatch) -> None:
    sessions.find("aoki")
    watch.now += TRUSTED_S - 0.1

    assert sessions.find("aoki").caller.name == "Aoki"

    assert len(answers.of("get_session")) == 1


def test_after_thirty_seconds_accounts_is_asked_again(
    sessions: Sessions, answers: Answers, watch: Stopwatch
) -> None:
    sessions.find("aoki")
    watch.now += TRUSTED_S

    sessions.find("aoki")

    assert len(answers.of("get_session")) == 2


def test_a_copy_is_trusted_while_accounts_is_away_but_not_for_longer(
    sessions: Sessions, answers: Answers, watch: Stopwatch
) -> None:
    sessions.find("aoki")
    answers.by_method["get_session"] = Unavailable("no_answer")

    watch.now += TRUSTED_S - 0.1
    assert sessions.find("aoki").caller.account_id == "aoki-1"
    watch.now += 0.1
    with pytest.raises(Unavailable):
        sessions.find("aoki")


@pytest.mark.parametrize(
    "hint",
    [
        {"event": "session_ended", "session": "aoki"},
        {"event": "session_changed", "session": "aoki"},
        {"event": "account_suspended", "account_id": "aoki-1"},
    ],
)
def test_a_hint_drops_the_copy_at_once(sessions: Sessions, answers: Answers, hint: dict[str, Any]) -> None:
    sessions.find("aoki")
    answers.by_method["get_session"] = NotSignedIn("session_ended")

    sessions.on_hint(hint)

    with pytest.raises(NotSignedIn):
        sessions.find("aoki")


def test_a_copy_of_a_key_is_dropped_by_the_name_that_the_access_log_has(
    sessions: Sessions, answers: Answers
) -> None:
    answers.by_method["get_key"] = a_session(session="key:1", scopes=["inbox:read"])
    assert sessions.known_key("hash of the key") is None
    assert sessions.find_key("hash of the key").scopes == {"inbox:read"}
    assert sessions.known_key("hash of the key").caller.account_id == "aoki-1"
    assert sessions.known("hash of the key") is None
    answers.by_method["get_key"] = NotSignedIn("key_not_valid")

    sessions.on_hint({"event": "key_withdrawn", "session": "key:2"})
    sessions.find_key("hash of the key")
    sessions.on_hint({"event": "key_withdrawn", "session": "key:1"})

    with pytest.raises(NotSignedIn):
        sessions.find_key("hash of the key")


def test_a_key_is_no_session(sessions: Sessions, answers: Answers) -> None:
    answers.by_method["get_key"] = a_session(scopes=[])
    answers.by_method["get_session"] = NotSignedIn("session_ended")
    sessions.find_key("same hash")

    with pytest.raises(NotSignedIn):
        sessions.find("same hash")


def test_a_hint_about_others_leaves_the_copy(sessions: Sessions, answers: Answers) -> None:
    sessions.find("aoki")

    sessions.on_hint({"event": "session_ended", "session": "baba"})
    sessions.on_hint({"event": "live", "to": ["account:aoki-1"], "session": "aoki"})

    sessions.find("aoki")
    assert len(answers.of("get_session")) == 1


def test_an_answer_that_a_hint_overtook_is_not_kept(sessions: Sessions, answers: Answers) -> None:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        sessions.on_hint({"event": "session_ended", "session": "aoki"})
        return a_session()

    answers.by_method["get_session"] = answer

    sessions.find("aoki")
    sessions.find("aoki")

    assert len(answers.of("get_session")) == 2


def test_use_is_reported_once_and_kept_when_accounts_is_away(sessions: Sessions, answers: Answers) -> None:
    answers.by_method["report_use"] = Unavailable("no_answer")
    sessions.used("aoki")
    sessions.used("aoki")

    sessions.report_use()
    answers.by_method["report_use"] = {}
    sessions.report_use()
    sessions.report_use()

    reports = [list(asked.request["last_used"]) for asked in answers.of("report_use")]
    assert reports == [["aoki"], ["aoki"]]
    assert answers.of("report_use")[0].caller.service == "gateway"
