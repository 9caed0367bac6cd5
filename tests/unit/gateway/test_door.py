"""Who is let in: form tokens, cookies, roles, idempotency keys, bodies."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.clock import Clock
from chassis.config import BadSettings, Settings
from contracts.errors import NotSignedIn, Unavailable
from gateway.app import create_app
from gateway.hub import Hub
from gateway.sessions import Sessions
from tests.unit.gateway.conftest import TOKEN, Answers, Client, a_session


def test_what_is_open_to_visitors_is_known(app: Flask) -> None:
    open_to_all = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and app.view_functions[rule.endpoint].decision[0] == "open"
    }

    assert open_to_all == {
        "/api/session",
        "/api/sign-in",
        "/api/sign-in/code",
        "/api/sign-out",
        "/api/password",
        "/api/facilities",
        "/api/facilities/<facility_id>",
        "/api/desks",
        "/api/facts.json",
        "/api/openapi.json",
        "/api/docs",
    }


def test_a_visitor_is_told_to_sign_in(app: Flask, visitor: FlaskClient) -> None:
    closed = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and app.view_functions[rule.endpoint].decision[0] != "open"
        for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}
    ]
    token = visitor.get("/api/session").json["csrf_token"]
    assert len(closed) > 30

    for rule, method in closed:
        path = rule.rule.replace("<", "").replace(">", "")
        answer = visitor.open(path, method=method, json={}, headers={"X-CSRF-Token": token})
        assert (answer.status_code, answer.json["reason"]) == (401, "not_signed_in"), (method, path)


def test_a_write_without_form_token_is_refused(aoki: Client, answers: Answers) -> None:
    answer = aoki.browser.post("/api/handoffs", json={"stay_id": "s"})

    assert (answer.status_code, answer.json["reason"]) == (400, "form_expired")
    assert answers.of("send_note") == []


def test_a_sign_in_without_form_token_is_refused(visitor: FlaskClient, answers: Answers) -> None:
    answer = visitor.post("/api/sign-in", json={"login": "aoki", "password": "x"})

    assert answer.status_code == 400
    assert answers.asked == []


def test_the_form_token_of_before_the_sign_in_is_worthless_after(visitor: FlaskClient) -> None:
    before = visitor.get("/api/session").json["csrf_token"]
    signed_in = visitor.post("/api/sign-in", json={"login": "a"}, headers={"X-CSRF-Token": before})

    again = visitor.post("/api/sign-out", headers={"X-CSRF-Token": before})

    assert signed_in.status_code == 200
    assert again.status_code == 400


def test_the_token_is_in_a_cookie_that_no_script_reads(visitor: FlaskClient) -> None:
    token = visitor.get("/api/session").json["csrf_token"]

    answer = visitor.post("/api/sign-in", json={"login": "a"}, headers={"X-CSRF-Token": token})

    assert answer.headers["Set-Cookie"] == f"tsunagi_session={TOKEN}; HttpOnly; Path=/; SameSite=Lax"
    assert TOKEN not in answer.text
    assert "session" not in answer.json


def test_behind_https_cookies_are_secure(answers: Answers, hub: Hub) -> None:
    settings = Settings("gateway", secret_key="s" * 40, public_url="https://tsunagi.example")
    browser = create_app(answers, settings, hub, Sessions(answers, Clock())).test_client()
    where = {"base_url": "https://tsunagi.example"}
    token = browser.get("/api/session", **where).json["csrf_token"]

    answer = browser.post("/api/sign-in", json={"login": "a"}, headers={"X-CSRF-Token": token}, **where)

    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie for cookie in cookies if "; Secure" not in cookie or "; Path=/" not in cookie] == []
    # Another site of the same domain cannot put a session of its own in their place.
    names = sorted(cookie.partition("=")[0] for cookie in cookies)
    assert names == ["__Host-tsunagi_session", "__Host-tsunagi_session_form"]
    assert browser.get("/api/session", **where).json["signed_in"] is True
    answers.by_method["end_session"] = {}
    browser.post("/api/sign-out", headers={"X-CSRF-Token": _token(browser, where)}, **where)
    assert browser.get("/api/session", **where).json["signed_in"] is False


def _token(browser: FlaskClient, where: dict[str, str]) -> str:
    return str(browser.get("/api/session", **where).json["csrf_token"])


def test_a_short_secret_is_refused(answers: Answers, hub: Hub) -> None:
    with pytest.raises(BadSettings):
        create_app(answers, Settings("gateway", secret_key="short"), hub, Sessions(answers, Clock()))


def test_another_role_is_refused(aoki: Client, answers: Answers) -> None:
    answer = aoki.get("/api/operator/status")

    assert (answer.status_code, answer.json["reason"]) == (403, "role")
    assert answers.of("get_status") == []


def test_the_first_password_has_to_be_changed_first(somebody: Callable[..., Client]) -> None:
    aoki = somebody(must_change_password=True)

    answer = aoki.get("/api/inbox")

    assert (answer.status_code, answer.json["reason"]) == (403, "must_change_password")


def test_an_ended_session_is_no_session(aoki: Client, app: Flask, answers: Answers) -> None:
    answers.by_method["get_session"] = NotSignedIn("session_ended")
    app.extensions["tsunagi"].sessions.on_hint({"event": "account_suspended", "account_id": "aoki-1"})

    assert aoki.get("/api/inbox").status_code == 401
    assert aoki.get("/api/session").json["signed_in"] is False


def test_while_accounts_is_away_nobody_is_signed_out(aoki: Client, app: Flask, answers: Answers) -> None:
    answers.by_method["get_session"] = Unavailable("no_answer")
    app.extensions["tsunagi"].sessions.on_hint({"event": "account_suspended", "account_id": "aoki-1"})

    answer = aoki.get("/api/inbox")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert "Set-Cookie" not in answer.headers


def test_a_write_carries_the_senders_key(aoki: Client, answers: Answers) -> None:
    answers.by_method["acknowledge_handoff"] = {}

    aoki.post("/api/handoffs/h1/acknowledgement", Idempotency_Key="key-of-aoki")
    aoki.post("/api/handoffs/h1/acknowledgement")
    aoki.post("/api/handoffs/h1/acknowledgement")

    keys = [asked.key for asked in answers.of("acknowledge_handoff")]
    assert keys[0] == "key-of-aoki.acknowledge_handoff"
    assert len(set(keys)) == 3


@pytest.mark.parametrize("key", ["short", "x" * 256, "with space!", "鍵" * 10])
def test_a_strange_key_is_refused(aoki: Client, answers: Answers, key: str) -> None:
    answer = aoki.post("/api/handoffs/h1/acknowledgement", Idempotency_Key=key.encode().decode("latin-1"))

    assert (answer.status_code, answer.json["reason"]) == (422, "bad_key")
    assert "255" in answer.json["fields"]["idempotency_key"][0]["message"]


@pytest.mark.parametrize("key", ["8e03978e-40d5-43e8-bc93-6894a57f9324", "x" * 255])
def test_keys_as_other_systems_make_them_are_taken(aoki: Client, answers: Answers, key: str) -> None:
    answers.by_method["acknowledge_handoff"] = {}

    aoki.post("/api/handoffs/h1/acknowledgement", Idempotency_Key=key)

    assert answers.of("acknowledge_handoff")[-1].key == f"{key}.acknowledge_handoff"


def test_what_the_path_names_may_not_be_in_the_body(aoki: Client, answers: Answers) -> None:
    answer = aoki.post("/api/stays/s1/plan", {"stay_id": "s2"})

    assert answer.status_code == 422
    assert answer.json["fields"]["stay_id"][0]["code"] == "unknown_field"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"[1]", 422, "not_an_object"),
        (b"{", 400, "not_json"),
        (b'{"a": 1e999}', 400, "not_json"),
        (b'{"a": NaN}', 400, "not_json"),
        (b'{"a": 12345678901234567890}', 400, "not_json"),
        (b"[" * 100_000, 400, "not_json"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, 400, "not_json"),
        (b'{"a": "\xff"}', 400, "not_json"),
        (rb'{"a": ["\u0000"]}', 422, "bad_character"),
        (rb'{"\ud800": 1}', 422, "bad_character"),
        (b'{"a": "\xed\xa0\x80"}', 400, "not_json"),
        (r'{"a": "\ud800"}'.encode("utf-16-le"), 400, "not_json"),
        (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', 413, "too_large"),
    ],
)
def test_a_body_that_no_service_can_digest_is_refused(
    aoki: Client, answers: Answers, body: bytes, status: int, reason: str
) -> None:
    headers = {"X-CSRF-Token": aoki.token, "Content-Type": "application/json"}

    answer = aoki.browser.post("/api/handoffs", data=body, headers=headers)

    assert (answer.status_code, answer.json["reason"]) == (status, reason)
    assert answers.of("send_note") == []


def test_a_body_in_another_form_is_refused(aoki: Client) -> None:
    answer = aoki.browser.post("/api/handoffs", data="a=b", headers={"X-CSRF-Token": aoki.token})

    assert (answer.status_code, answer.json["reason"]) == (415, "not_json")


def test_a_number_in_the_address_has_to_be_one(aoki: Client) -> None:
    answer = aoki.get("/api/inbox?after_seq=abc")

    assert answer.json["fields"] == {
        "after_seq": [{"code": "not_a_number", "message": "数字で入れてください（例：1200）。"}]
    }


def test_answers_forbid_frames_foreign_scripts_and_copies(aoki: Client) -> None:
    headers: Any = aoki.get("/api/inbox").headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_page_of_somebody_else_hears_only_that_it_is_over(aoki: Client, app: Flask) -> None:
    answer = aoki.get("/api/stream?reader=baba-1&after_seq=3")

    assert answer.text == "event: over\ndata: {}\n\n"
    assert len(app.extensions["tsunagi"].hub) == 0


def test_a_page_names_the_account_that_its_stream_is_for(somebody: Callable[..., Client]) -> None:
    page = somebody(role="care_manager").get("/settings/wishes").text

    assert 'data-stream="/api/stream?reader=aoki-1' in page


def test_only_what_a_person_does_keeps_a_session_alive(aoki: Client, app: Flask, answers: Answers) -> None:
    answers.by_method["report_use"] = {}
    app.extensions["tsunagi"].sessions.report_use()
    before = len(answers.of("report_use"))

    aoki.get("/api/stream", buffered=False).close()
    aoki.get("/api/inbox", headers={"X-Background": "counts"})
    app.extensions["tsunagi"].sessions.report_use()
    by_itself = len(answers.of("report_use")) - before
    aoki.get("/api/inbox")
    app.extensions["tsunagi"].sessions.report_use()

    assert (by_itself, len(answers.of("report_use")) - before) == (0, 1)


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/board?show=over", "/board?show=over"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\\/evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n//evil.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_the_sign_in_leads_to_no_other_site(
    visitor: FlaskClient, answers: Answers, wanted: str, led_to: str
) -> None:
    token = visitor.get("/api/session").json["csrf_token"]

    answer = visitor.post(
        "/sign-in", data={"csrf_token": token, "login": "a", "password": "b", "next": wanted}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, led_to)


def test_an_invitation_is_shown_with_the_public_address(answers: Answers, hub: Hub) -> None:
    settings = Settings("gateway", secret_key="s" * 40, public_url="http://tsunagi.example")
    answers.by_method["get_session"] = a_session(role="office_manager")
    answers.by_method["invite_staff"] = {"name": "Baba", "login": "baba", "invitation": "7K3Q-ABCD"}
    chief = Client(create_app(answers, settings, hub, Sessions(answers, Clock())))

    page = chief.browser.post("/office/staff/m1/invite", data={"csrf_token": chief.token}).text

    # The request itself came by another name.
    assert "http://tsunagi.example/invitation/7K3Q-ABCD" in page
    assert "localhost" not in page


def test_what_a_browser_opens_in_advance_is_not_opened(aoki: Client, answers: Answers) -> None:
    answer = aoki.get("/handoffs/h1", headers={"Sec-Purpose": "prefetch;prerender"})

    assert answer.status_code == 503
    assert answers.of("get_handoff") == []
