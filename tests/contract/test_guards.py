"""No way in without a decision: each route says who may use it, each request of a service who may ask."""

import re
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from chassis.clock import Clock
from chassis.config import Settings
from chassis.rpc import ANY_STAFF
from chassis.safe_rpc import SafeRpc
from chassis.topology import SERVICES
from contracts.roles import SERVICE, STAFF_ROLES, VISITOR
from gateway import guards
from gateway.api.blueprint import api
from gateway.app import create_app
from gateway.hub import Hub
from gateway.secure_headers import HEADERS
from gateway.sessions import Sessions
from tests.unit.gateway.conftest import TOKEN, Answers

PUBLIC = "https://tsunagi.example"
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def an_app() -> Flask:
    answers = Answers({"list_desks": {"facilities": []}, "search_facilities": {"facilities": [], "total": 0}})
    settings = Settings("gateway", secret_key="s" * 40, public_url=PUBLIC, proxies=1)
    return create_app(answers, settings, Hub(), Sessions(answers, Clock()))


APP = an_app()
ROUTES = sorted(
    (rule.rule, method, rule.endpoint)
    for rule in APP.url_map.iter_rules()
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
)


def decision_of(endpoint: str) -> tuple[str, tuple[str, ...]]:
    return APP.view_functions[endpoint].decision  # type: ignore[attr-defined]


@pytest.fixture
def visitor() -> FlaskClient:
    return APP.test_client()


def opened(browser: FlaskClient, rule: str, method: str, **more: Any) -> Any:
    path = rule.replace("<path:filename>", "favicon.svg").replace("<", "").replace(">", "")
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    return browser.open(path, method=method, base_url="http://gateway", headers=headers, **more)


def test_every_route_is_open_on_purpose_or_for_staff() -> None:
    decisions = [decision_of(endpoint) for _, _, endpoint in ROUTES if endpoint != "static"]

    assert {kind for kind, _ in decisions} == {"open", "signed_in"}
    assert {role for _, roles in decisions for role in roles} <= set(STAFF_ROLES)


def test_what_is_open_changes_nothing_but_the_visitors_own_state() -> None:
    changing = {
        endpoint
        for _, method, endpoint in ROUTES
        if method in CHANGING and decision_of(endpoint)[0] == "open"
    }

    assert changing == {
        *("api.sign_in", "api.answer_second_factor", "api.sign_out", "api.set_password"),
        *(
            "pages.do_sign_in",
            "pages.answer_second_factor",
            "pages.sign_out",
            "pages.use_invitation",
            "pages.change_language",
            # That an office has a letter: whoever holds its link may say so, and it acknowledges nothing.
            "pages.receive_by_link",
        ),
    }


def test_a_route_without_a_decision_keeps_the_app_from_starting() -> None:
    app = Flask("bare")
    app.add_url_rule("/bare", view_func=lambda: "")

    with pytest.raises(guards.Undecided, match="/bare"):
        guards.check_decisions(app)


def test_the_gateway_itself_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def add_bare(app: Flask) -> None:
        app.add_url_rule("/api/bare", view_func=lambda: "")
        app.register_blueprint(api, url_prefix="/api")

    monkeypatch.setattr("gateway.api.install", add_bare)

    with pytest.raises(guards.Undecided, match="/api/bare"):
        an_app()


def test_every_answer_has_every_header_once(visitor: FlaskClient) -> None:
    wanted = {**HEADERS, "Strict-Transport-Security": "max-age=31536000"}

    for rule, method, endpoint in ROUTES:
        headers = opened(visitor, rule, method).headers
        expected = wanted if endpoint == "static" else {**wanted, "Cache-Control": "no-store"}
        assert {name: headers.getlist(name) for name in expected} == {
            name: [value] for name, value in expected.items()
        }, rule
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("form", [{}, {"csrf_token": "ImZvcmdlZCI.aQ.x"}])
def test_whoever_changes_something_needs_the_form_token(visitor: FlaskClient, form: dict[str, str]) -> None:
    visitor.set_cookie("tsunagi_session", TOKEN)
    asked = APP.extensions["tsunagi"].calls.asked
    asked.clear()

    for rule, method, _ in ROUTES:
        if method in CHANGING:
            assert opened(visitor, rule, method, data=form).status_code == 400, (method, rule)
    # Only for the frame of the page that says so.
    assert {each.method for each in asked} <= {"get_session", "list_desks", "search_facilities"}


@pytest.mark.parametrize(
    ("public_url", "sent"),
    [
        (PUBLIC, {"X-Forwarded-Proto": "http"}),
        (PUBLIC, {}),
        ("http://tsunagi.example", {"X-Forwarded-Proto": "https"}),
        ("https://localhost:8443", {"X-Forwarded-Proto": "https"}),
        ("https://192.0.2.7", {"X-Forwarded-Proto": "https"}),
    ],
)
def test_only_what_has_a_name_and_came_by_tls_is_kept_to_it(public_url: str, sent: dict[str, str]) -> None:
    answers = Answers()
    settings = Settings("gateway", secret_key="s" * 40, public_url=public_url, proxies=1)
    browser = create_app(answers, settings, Hub(), Sessions(answers, Clock())).test_client()

    answer = browser.get("/api/session", headers=sent)

    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


def test_without_a_proxy_of_ours_nobody_is_believed_to_have_come_by_tls() -> None:
    answers = Answers()
    settings = Settings("gateway", secret_key="s" * 40, public_url=PUBLIC)
    browser = create_app(answers, settings, Hub(), Sessions(answers, Clock())).test_client()

    answer = browser.get("/api/session", headers={"X-Forwarded-Proto": "https"})

    assert "Strict-Transport-Security" not in answer.headers


def test_no_template_needs_what_the_policy_refuses() -> None:
    inline = re.compile(r"""\sstyle=|<style|javascript:|\son[a-z]+=["']|<script(?! type="module" src=)""")
    templates = sorted((Path(guards.__file__).parent / "templates").rglob("*.html"))

    assert len(templates) > 50
    assert {path.name: inline.findall(path.read_text(encoding="utf-8")) for path in templates} == {
        path.name: [] for path in templates
    }


def entry_points(service: type) -> Iterator[tuple[str, Any]]:
    """Yield (name, method) of what this class answers on the bus."""
    for name, method in getmembers(service):
        extensions = getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ())
        if any(isinstance(each, SafeRpc) for each in extensions):
            yield name, method


def unguarded(service: type) -> list[str]:
    return [name for name, method in entry_points(service) if not getattr(method, "roles", ())]


def class_of(service: str) -> type:
    module = import_module(f"services.{service}.service")
    (found,) = [
        kind
        for _, kind in getmembers(module, isclass)
        if getattr(kind, "name", "") == service and kind.__module__.startswith(f"services.{service}")
    ]
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_request_says_who_may_ask(service: str) -> None:
    found = dict(entry_points(class_of(service)))

    assert len(found) >= 3
    assert unguarded(class_of(service)) == []
    known = {*STAFF_ROLES, VISITOR, SERVICE, ANY_STAFF}
    assert {name for name, method in found.items() if not set(method.roles) <= known} == set()


def test_a_request_without_a_rule_is_found() -> None:
    class Bare:
        name = "bare"

        @SafeRpc.decorator
        def ask_me(self, request: dict[str, Any]) -> dict[str, Any]:
            return {}

    assert unguarded(Bare) == ["ask_me"]
