"""Who sends too many requests is held up: by account, and by address who is not signed in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from chassis.config import Settings
from gateway import rates
from gateway.rates import Rate, Rates
from tests.unit.gateway.conftest import Answers, Client, a_session

SLOW = 1
AT_ONCE = int(rates.BURST_S) * SLOW


class Watch:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_free_and_then_each_waits_its_time() -> None:
    watch = Watch()
    rate = Rate(10, watch)

    assert [rate.take("aoki") for _ in range(200)] == [0.0] * 200
    assert rate.take("aoki") == pytest.approx(0.1)
    assert rate.take("baba") == 0.0
    watch.now += 0.11
    assert rate.take("aoki") == 0.0
    assert rate.take("aoki") > 0


def test_what_was_refused_does_not_count() -> None:
    watch = Watch()
    rate = Rate(10, watch)
    waits = [rate.take("aoki") for _ in range(500)]

    assert waits.count(0.0) == 200
    assert max(waits) == pytest.approx(0.1)


def test_the_rate_can_be_kept_up_for_ever() -> None:
    watch = Watch()
    rate = Rate(30, watch)
    waits = []
    for _ in range(30 * 600):
        waits.append(rate.take("aoki"))
        watch.now += 1 / 30

    assert set(waits) == {0.0}


def test_no_limit_is_no_limit() -> None:
    rate = Rate(0, Watch())

    assert {rate.take("aoki") for _ in range(10_000)} == {0.0}


def test_names_that_are_quiet_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_NAMES", 3)
    watch = Watch()
    rate = Rate(1, watch)
    for name in ("a", "b", "c"):
        rate.take(name)
    watch.now += 10

    rate.take("d")

    assert list(rate._busy_until) == ["d"]


@pytest.fixture
def app(app: Flask, settings: Settings) -> Flask:
    """The app with low limits, for which time stands still: a slow machine gives nobody a pause."""
    slow = replace(settings, rate_account=SLOW, rate_address=SLOW)
    app.extensions["tsunagi"] = replace(app.extensions["tsunagi"], rates=Rates(slow, Watch()))
    return app


def signed_in(app: Flask, answers: Answers, account: str) -> Client:
    answers.by_method["get_session"] = lambda request: a_session(
        account_id=account, session=request["session"]
    )
    client = Client(app)
    client.browser.set_cookie("tsunagi_session", f"token-of-{account}")
    return client


def exhaust(get: Callable[[], Any]) -> Any:
    """Return the first answer that says too many; it has to come."""
    for _ in range(AT_ONCE + 5):
        answer = get()
        if answer.status_code == 429:
            return answer
    raise AssertionError("nothing was held up")


def test_an_account_is_held_up_and_others_at_the_same_address_go_on(app: Flask, answers: Answers) -> None:
    aoki, baba = signed_in(app, answers, "aoki"), signed_in(app, answers, "baba")
    aoki.get("/api/inbox")

    held_up = exhaust(lambda: aoki.get("/api/inbox"))

    assert held_up.json["reason"] == "too_fast"
    assert 1 <= int(held_up.headers["Retry-After"]) <= 2
    assert held_up.mimetype == "application/problem+json"
    assert baba.get("/api/inbox").status_code == 200


def test_whoever_makes_up_tokens_counts_as_one_address(app: Flask, answers: Answers) -> None:
    browser = app.test_client()

    def visit() -> Any:
        visit.number += 1  # type: ignore[attr-defined]
        browser.set_cookie("tsunagi_session", f"made-up-{visit.number}")  # type: ignore[attr-defined]
        return browser.get("/sign-in")

    visit.number = 0  # type: ignore[attr-defined]
    held_up = exhaust(visit)
    asked = len(answers.asked)
    visit()

    assert "あと" in held_up.text
    assert "短い間にたくさんの操作" in held_up.text
    assert len(answers.asked) == asked


def test_a_page_that_is_held_up_asks_no_service_and_keeps_what_was_typed(
    app: Flask, answers: Answers
) -> None:
    aoki = signed_in(app, answers, "aoki")
    aoki.get("/api/inbox")
    exhaust(lambda: aoki.get("/api/inbox"))
    answers.asked.clear()

    page = aoki.browser.post("/stays/s1/note", data={"csrf_token": aoki.token, "meal": "おかゆ"})

    assert page.status_code == 429
    assert {each.method for each in answers.asked} <= {"list_desks", "search_facilities"}
    assert 'value="おかゆ"' in page.text
    assert "書いたものは残っています" in page.text


def test_the_files_of_a_page_count_for_nothing(app: Flask) -> None:
    browser = app.test_client()

    assert {browser.get("/static/favicon.svg").status_code for _ in range(AT_ONCE * 3)} == {200}
    assert browser.get("/api/session").status_code == 200
