"""A sign-in in two steps, and the pages on which somebody turns the second step on and off."""

import re
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict, Invalid, NotSignedIn, TooMany
from gateway.pages.second_factor import picture
from tests.unit.gateway.conftest import TOKEN, Answers, Client, a_session

STEP = "token-of-the-step"
STATE = {"is_on": False, "is_required": False, "since": None, "codes_left": 0}
WRONG = Invalid("invalid", {"code": ["wrong_code"]})
NEW = {"secret": "JBSWY3DPEHPK3PXP", "address": "otpauth://totp/Tsunagi:aoki?secret=JBSWY3DPEHPK3PXP"}


@pytest.fixture(autouse=True)
def due(answers: Answers) -> None:
    answers.by_method["sign_in"] = {"token": STEP, "session": None}
    answers.by_method["answer_second_factor"] = {"token": TOKEN, "session": a_session()}
    answers.by_method["get_second_factor"] = STATE


def token_of(browser: FlaskClient) -> str:
    return str(browser.get("/api/session").json["csrf_token"])


def sign_in(browser: FlaskClient, **more: str) -> FlaskClient:
    """Give the right password on the page."""
    form = {"csrf_token": token_of(browser), "login": "aoki", "password": "x", **more}
    page = browser.post("/sign-in", data=form)
    assert page.status_code == 200
    assert "確認コードを入れる" in page.text
    return browser


def answer(browser: FlaskClient, **more: str) -> object:
    return browser.post("/sign-in/code", data={"csrf_token": token_of(browser), "code": "123456", **more})


def test_a_program_is_told_that_a_code_is_due_and_sends_it(visitor: FlaskClient, answers: Answers) -> None:
    headers = {"X-CSRF-Token": token_of(visitor)}
    due = visitor.post("/api/sign-in", json={"login": "aoki", "password": "x"}, headers=headers)
    assert (due.status_code, due.json["reason"]) == (401, "second_factor_due")
    assert due.mimetype == "application/problem+json"
    assert visitor.get("/api/session").json["signed_in"] is False

    done = visitor.post("/api/sign-in/code", json={"code": "123456"}, headers=headers)

    assert (done.status_code, done.json["signed_in"]) == (200, True)
    asked = answers.of("answer_second_factor")[0]
    assert asked.request["step"] == sha256(STEP.encode()).hexdigest()
    assert asked.caller.role == "visitor"
    assert visitor.get_cookie("tsunagi_step") is None
    assert visitor.get_cookie("tsunagi_session").value == TOKEN


def test_the_step_is_in_a_cookie_of_its_own_that_no_script_reads(visitor: FlaskClient) -> None:
    sign_in(visitor)

    cookie = visitor.get_cookie("tsunagi_step")
    assert (cookie.value, cookie.http_only, cookie.same_site, cookie.max_age) == (STEP, True, "Lax", 600)
    assert visitor.get_cookie("tsunagi_session") is None


def test_half_a_sign_in_opens_no_other_route(visitor: FlaskClient, answers: Answers) -> None:
    sign_in(visitor)
    asked = len(answers.of("get_session"))

    assert visitor.get("/api/inbox").status_code == 401
    assert visitor.get("/inbox").headers["Location"] == "/sign-in?next=/inbox"
    assert visitor.get("/api/second-factor").status_code == 401
    assert len(answers.of("get_session")) == asked


def test_the_page_leads_on_to_where_somebody_wanted(visitor: FlaskClient) -> None:
    sign_in(visitor, next="/board?show=over")

    done = answer(visitor, next="/board?show=over")
    elsewhere = answer(visitor, next="https://evil.example/")

    assert (done.status_code, done.headers["Location"]) == (303, "/board?show=over")
    assert elsewhere.headers["Location"] == "/"


def test_a_form_that_was_kept_comes_through_both_steps(visitor: FlaskClient) -> None:
    kept = '{"path": "/stays/s1/note", "fields": [["meal", "おかゆ"]]}'
    with visitor.session_transaction() as session:
        session["who"] = "aoki-1"
    page = visitor.post("/sign-in", data={"csrf_token": token_of(visitor), "login": "aoki", "kept": kept})
    assert 'name="kept"' in page.text

    done = answer(visitor, kept=kept)

    assert 'value="おかゆ"' in done.text


@pytest.mark.parametrize(
    ("problem", "status", "told"),
    [
        (WRONG, 422, "コードが違います"),
        (TooMany("too_many", {"retry_after_s": 40}), 429, "あと40秒で"),
        (NotSignedIn("step_over"), 401, "もう一度、利用者IDとパスワードから"),
    ],
)
def test_what_was_wrong_is_told_and_the_code_is_not_shown_again(
    visitor: FlaskClient, answers: Answers, problem: Exception, status: int, told: str
) -> None:
    sign_in(visitor)
    answers.by_method["answer_second_factor"] = problem

    page = answer(visitor)

    assert (page.status_code, told in page.text) == (status, True)
    assert "123456" not in page.text


def test_without_a_step_the_page_leads_to_the_beginning(visitor: FlaskClient) -> None:
    assert visitor.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_whoever_must_have_one_is_led_to_it_and_gets_nowhere_else(somebody: Callable[..., Client]) -> None:
    operator = somebody(role="operator", must_add_second_factor=True)

    refused = operator.get("/api/operator/status")
    led = operator.get("/operator")

    assert (refused.status_code, refused.json["reason"]) == (403, "second_factor_missing")
    assert (led.status_code, led.headers["Location"]) == (303, "/settings/second-factor")
    assert operator.get("/settings/second-factor").status_code == 200
    assert operator.get("/api/second-factor").status_code == 200


def test_setting_it_up_shows_picture_and_text_and_then_the_codes_once(aoki: Client, answers: Answers) -> None:
    answers.by_method["set_up_second_factor"] = NEW
    answers.by_method["confirm_second_factor"] = WRONG
    form = {"csrf_token": aoki.token, "present": "x"}

    page = aoki.browser.post("/settings/second-factor", data=form)
    again = aoki.browser.post(
        "/settings/second-factor/confirmation", data={"csrf_token": aoki.token, "code": "1", **NEW}
    )
    answers.by_method["confirm_second_factor"] = {"recovery_codes": ["7K3Q-ABCD-EFGH-JKMN"]}
    done = aoki.browser.post(
        "/settings/second-factor/confirmation", data={"csrf_token": aoki.token, "code": "1", **NEW}
    )

    for each in (page, again):
        assert "JBSW Y3DP EHPK 3PXP" in each.text
        assert 'src="data:image/svg+xml' in each.text
    assert (again.status_code, "コードが違います" in again.text) == (422, True)
    assert "7K3Q-ABCD-EFGH-JKMN" in done.text
    assert done.headers["Cache-Control"] == "no-store"
    assert "JBSW" not in done.text


def test_the_picture_holds_the_address_and_no_script() -> None:
    drawn = unquote(picture(NEW["address"]))

    assert re.match(r"data:image/svg\+xml[^,]*,<svg ", drawn)
    assert "script" not in drawn
    assert picture("otpauth://" + "x" * 5000) == ""


@pytest.mark.parametrize("path", ["recovery-codes", "end"])
def test_a_wrong_password_is_told_at_its_own_form(aoki: Client, answers: Answers, path: str) -> None:
    answers.by_method["get_second_factor"] = STATE | {
        "is_on": True, "since": "2026-11-24T01:00:00+00:00", "codes_left": 2,
    }  # fmt: skip
    for method in ("renew_recovery_codes", "end_second_factor"):
        answers.by_method[method] = Invalid("invalid", {"present": ["wrong_password"]})

    page = aoki.browser.post(
        f"/settings/second-factor/{path}", data={"csrf_token": aoki.token, "present": "p4ss", "code": "1"}
    )

    form = {"recovery-codes": "codes", "end": "end"}[path]
    assert page.status_code == 422
    assert re.findall(r'id="(\w+)-present-e"', page.text) == [form]
    assert "p4ss" not in page.text
    assert "新しく作ってください" in page.text


def test_whose_role_needs_it_is_offered_no_way_out(aoki: Client, answers: Answers) -> None:
    answers.by_method["get_second_factor"] = STATE | {
        "is_on": True, "is_required": True, "since": "2026-11-24T01:00:00+00:00", "codes_left": 9,
    }  # fmt: skip
    answers.by_method["end_second_factor"] = Conflict("second_factor_required")

    page = aoki.get("/settings/second-factor")
    refused = aoki.browser.post("/settings/second-factor/end", data={"csrf_token": aoki.token})

    assert 'action="/settings/second-factor/end"' not in page.text
    assert (refused.status_code, "やめられません" in refused.text) == (409, True)


def test_whose_was_reset_is_told_on_every_page_until_they_have_seen_it(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    answers.by_method["note_reset_seen"] = {}
    aoki = somebody(second_factor_reset_at="2026-11-24T01:00:00+00:00")

    told = aoki.get("/settings/second-factor").text
    aoki.browser.post("/settings/second-factor/reset-seen", data={"csrf_token": aoki.token})

    assert "二段階認証が解除されています" in told
    assert len(answers.of("note_reset_seen")) == 1


def test_a_manager_is_offered_to_reset_a_colleagues(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    member = {
        "membership_id": "m1", "account_id": "baba", "name": "Baba", "kana": "", "role": "care_manager",
        "is_manager": False, "state": "active", "deputy_id": None, "away": [], "login": "baba", "email": None,
        "last_signed_in_at": None, "invitation_mail": None, "has_second_factor": True,
    }  # fmt: skip
    answers.by_method["list_staff"] = {"office": {"office_id": "office-1", "name": "x"}, "staff": [member]}
    answers.by_method["reset_second_factor"] = member | {"has_second_factor": False}
    chief = somebody(role="office_manager")

    page = chief.get("/office/staff/m1").text
    done = chief.browser.post("/office/staff/m1/second-factor", data={"csrf_token": chief.token})

    assert 'action="/office/staff/m1/second-factor"' in page
    assert done.headers["Location"] == "/office/staff/m1"
    assert answers.of("reset_second_factor")[0].request == {"membership_id": "m1"}
