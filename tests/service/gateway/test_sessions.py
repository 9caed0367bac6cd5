"""Sessions end at once, everywhere, for pages, API and streams."""

import time
from collections.abc import Callable

import pytest

from tests.service.gateway.conftest import AOKI, BABA, CHIEF, OPERATOR, PASSWORD, Browser
from tests.support.eventually import eventually
from tests.support.stack import Stack


def test_a_wrong_password_is_refused_in_words(browser: Callable[..., Browser]) -> None:
    visitor = browser()

    answer = visitor.post("/api/sign-in", {"login": "aoki", "password": "wrong"})

    assert (answer.status_code, answer.json()["detail"]) == (401, "利用者IDかパスワードが違います。")


def test_whoever_signs_in_is_known_until_they_sign_out(browser: Callable[..., Browser]) -> None:
    aoki = browser(AOKI)
    assert aoki.get("/api/session").json()["name"] == "Aoki"
    assert aoki.get("/api/inbox").status_code == 200

    assert aoki.post("/api/sign-out").status_code == 204

    assert aoki.get("/api/inbox").status_code == 401


def test_a_token_is_worthless_after_the_sign_out(browser: Callable[..., Browser]) -> None:
    aoki, thief = browser(AOKI), browser()
    thief.http.cookies.update(aoki.http.cookies)
    assert thief.get("/api/inbox").status_code == 200

    aoki.post("/api/sign-out")

    assert thief.get("/api/inbox").status_code == 401


def test_signing_in_again_needs_no_sign_out(browser: Callable[..., Browser]) -> None:
    aoki = browser(AOKI)

    aoki.sign_in(BABA.login)

    assert aoki.get("/api/session").json()["name"] == "Baba"


def test_an_unused_session_ends_and_says_so(browser: Callable[..., Browser], stack: Stack) -> None:
    aoki = browser(AOKI)
    stack.clock.advance(hours=2)

    answer = eventually(lambda: _refused(aoki), timeout=40, every=1)

    assert answer["reason"] == "not_signed_in"


def _refused(browser: Browser) -> dict[str, str]:
    answer = browser.get("/api/inbox", headers={"X-Background": "1"})
    assert answer.status_code == 401
    return answer.json()


@pytest.mark.alone
def test_suspension_closes_the_stream_and_the_session_within_a_second(
    browser: Callable[..., Browser],
) -> None:
    chief, baba = browser(CHIEF), browser(BABA)
    stream = baba.listen()
    other = chief.listen()

    chief.post(f"/api/staff/{BABA.membership_id}/suspension")
    began = time.monotonic()

    assert stream.is_closed.wait(1)
    assert baba.get("/api/inbox").status_code == 401
    assert time.monotonic() - began < 1
    assert not other.is_closed.is_set()
    visitor = browser()
    again = visitor.post("/api/sign-in", {"login": "baba", "password": PASSWORD})
    assert again.json()["reason"] == "wrong_password"

    chief.send("DELETE", f"/api/staff/{BABA.membership_id}/suspension")
    assert browser(BABA).get("/api/inbox").status_code == 200


def test_a_form_pressed_twice_counts_once(browser: Callable[..., Browser]) -> None:
    chief = browser(CHIEF)
    body = {"name": "Doi", "login": "doi", "role": "care_manager"}

    first = chief.post("/api/staff", body, Idempotency_Key="pressed-twice")
    second = chief.post("/api/staff", body, Idempotency_Key="pressed-twice")
    third = chief.post("/api/staff", body)

    ids = [answer.json()["staff"]["membership_id"] for answer in (first, second)]
    assert (first.status_code, second.status_code, len(set(ids))) == (201, 201, 1)
    assert third.json()["fields"]["login"][0]["code"] == "taken"


def test_a_key_for_something_else_is_refused(browser: Callable[..., Browser]) -> None:
    chief = browser(CHIEF)
    until = {"from_at": "2030-01-01T00:00:00Z", "until_at": "2030-01-02T00:00:00Z"}
    path = f"/api/staff/{AOKI.membership_id}/absences"
    chief.post(path, until, Idempotency_Key="key-of-chief")

    answer = chief.post(path, until | {"until_at": "2030-01-03T00:00:00Z"}, Idempotency_Key="key-of-chief")

    assert (answer.status_code, answer.json()["reason"]) == (409, "key_reused")


def test_wrong_fields_are_named(browser: Callable[..., Browser]) -> None:
    chief = browser(CHIEF)

    answer = chief.post("/api/staff", {"login": 7, "role": "king", "shoe_size": 42})

    codes = {path: found[0]["code"] for path, found in answer.json()["fields"].items()}
    assert answer.status_code == 422
    assert codes == {
        "name": "required",
        "login": "not_text",
        "role": "not_a_choice",
        "shoe_size": "unknown_field",
    }


def test_operators_see_how_the_parts_stand(browser: Callable[..., Browser]) -> None:
    operator = browser(OPERATOR)

    status = operator.get("/api/operator/status").json()
    letters = operator.get("/api/operator/dead-letters").json()

    found = {service["service"]: service["is_away"] for service in status["services"]}
    assert found["accounts"] is False
    assert found["notify"] is False
    assert found["sharing"] is True
    assert letters["dead_letters"] == []
    assert "sharing" in letters["away"]
