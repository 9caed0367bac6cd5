"""What was typed is never lost: an ended session, a service that is away, a token renewed elsewhere."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import NotSignedIn, Unavailable
from tests.unit.gateway.conftest import TOKEN, Answers, a_session

PERSON = {"family_name": "架空", "note": "1行目\n2行目 <b>&\"'", "form_key": "key-of-the-form"}
PATH = "/persons/new"


@pytest.fixture
def browser(app: Flask, answers: Answers) -> FlaskClient:
    """A planner's browser, signed in by the page."""
    answers.by_method |= {
        "sign_in": {"token": TOKEN, "session": a_session("discharge_planner")},
        "get_session": lambda request: a_session("discharge_planner") | {"session": request["session"]},
    }
    browser = app.test_client()
    sign_in(browser)
    return browser


def hidden(page: Any) -> dict[str, str]:
    """Return the hidden fields of a page's last form but one that signs out."""
    form = page.text.rpartition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}


def sign_in(browser: FlaskClient, **more: str) -> Any:
    fields = hidden(browser.get("/sign-in")) | more
    return browser.post("/sign-in", data={**fields, "login": "aoki", "password": "right"})


def write(browser: FlaskClient, token: str = "") -> Any:
    token = token or browser.get("/api/session").json["csrf_token"]
    return browser.post(PATH, data={**PERSON, "csrf_token": token})


def end_session(app: Flask, answers: Answers, problem: Exception) -> Any:
    before = answers.by_method["get_session"]
    answers.by_method["get_session"] = problem
    app.extensions["tsunagi"].sessions.on_hint({"event": "account_suspended", "account_id": "aoki-1"})
    return before


def test_after_the_session_ended_a_form_waits_for_the_sign_in(
    app: Flask, browser: FlaskClient, answers: Answers
) -> None:
    before = end_session(app, answers, NotSignedIn("session_ended"))

    refused = write(browser)
    wrong = _post_sign_in(browser, refused, answers, NotSignedIn("wrong_password"))
    answers.by_method["get_session"] = before
    offered = _post_sign_in(browser, wrong, answers, None)

    assert (refused.status_code, wrong.status_code, offered.status_code) == (401, 401, 200)
    again = hidden(offered)
    assert again.pop("csrf_token")
    assert again == PERSON
    assert f'action="{PATH}?"' in offered.text or f'action="{PATH}"' in offered.text
    assert answers.of("add_person") == []


def _post_sign_in(browser: FlaskClient, page: Any, answers: Answers, problem: Exception | None) -> Any:
    right = answers.by_method["sign_in"]
    answers.by_method["sign_in"] = problem or right
    answer = browser.post("/sign-in", data={**hidden(page), "login": "aoki", "password": "x"})
    answers.by_method["sign_in"] = right
    return answer


def test_somebody_else_at_the_same_screen_gets_nothing_of_it(
    app: Flask, browser: FlaskClient, answers: Answers
) -> None:
    end_session(app, answers, NotSignedIn("session_ended"))
    refused = write(browser)
    answers.by_method["sign_in"] = {"token": "other", "session": a_session(account_id="baba-1")}

    answer = browser.post("/sign-in", data={**hidden(refused), "login": "baba", "password": "x"})

    assert answer.status_code == 303
    assert "架空" not in answer.text


def test_while_accounts_is_away_a_form_may_be_sent_again(
    app: Flask, browser: FlaskClient, answers: Answers
) -> None:
    token = browser.get("/api/session").json["csrf_token"]
    end_session(app, answers, Unavailable("no_answer"))

    answer = write(browser, token)

    again = hidden(answer)
    again.pop("csrf_token")
    assert (answer.status_code, again) == (503, PERSON)


def test_a_sign_in_in_another_tab_loses_nothing(browser: FlaskClient, answers: Answers) -> None:
    token = browser.get("/api/session").json["csrf_token"]
    sign_in(browser)

    answer = browser.post(PATH, data={**PERSON, "csrf_token": token})

    again = hidden(answer)
    assert answer.status_code == 400
    assert again.pop("csrf_token") != token
    assert again == PERSON
    assert answers.of("add_person") == []


def test_another_site_s_form_is_not_offered_again(app: Flask, browser: FlaskClient) -> None:
    foreign = browser.post(PATH, data=PERSON, headers={"Origin": "https://evil.example"})
    visitor = app.test_client().post(PATH, data=PERSON)

    assert (foreign.status_code, visitor.status_code) == (400, 400)
    assert "架空" not in foreign.text + visitor.text


def test_passwords_are_never_kept(app: Flask, browser: FlaskClient, answers: Answers) -> None:
    token = browser.get("/api/session").json["csrf_token"]
    end_session(app, answers, NotSignedIn("session_ended"))

    secrets = {"present": "old-secret", "password": "new-secret", "again": "new-secret"}
    answer = browser.post("/settings/password", data={**secrets, "csrf_token": token})

    assert answer.status_code == 303
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "kept",
    ["", "x", "[]", "{}", '{"path": "//evil.example", "fields": []}', '{"path": 7, "fields": []}'],
)
def test_a_strange_kept_form_is_ignored(browser: FlaskClient, kept: str) -> None:
    assert sign_in(browser, kept=kept).status_code == 303
