"""The app with services that answer from a table; the real ones are in tests/service/gateway."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.auth import Caller
from chassis.clock import Clock
from chassis.config import Settings
from gateway.app import create_app, gather
from gateway.hub import Hub
from gateway.sessions import Sessions

TOKEN = "token-of-aoki"


@dataclass
class Asked:
    """One question as a service would have got it."""

    service: str
    method: str
    request: dict[str, Any]
    caller: Caller
    key: str | None


@dataclass
class Answers:
    """Answers by method; an exception is raised."""

    by_method: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def ask(
        self,
        service: str,
        method: str,
        request: dict[str, Any],
        *,
        caller: Caller,
        key: str | None = None,
        timeout_s: float = 5,
    ) -> Any:
        self.asked.append(Asked(service, method, request, caller, key))
        answer = self.by_method[method]
        if isinstance(answer, Callable):  # type: ignore[arg-type]
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def of(self, method: str) -> list[Asked]:
        """Return the questions to one method, oldest first."""
        return [asked for asked in self.asked if asked.method == method]


def a_session(role: str = "care_manager", **known: Any) -> dict[str, Any]:
    """Return Aoki's session."""
    acting = {
        "membership_id": "0197-m",
        "office_id": "office-1",
        "office_name": "ケアプランさくら",
        "role": role,
        "municipality": "999997",
    }
    session = {
        "session": "aoki",
        "account_id": "aoki-1",
        "name": "Aoki",
        "login": "aoki",
        "memberships": [acting],
        "acting": acting,
        "must_change_password": False,
    }
    return session | known


@pytest.fixture
def answers() -> Answers:
    found = Answers()
    found.by_method = {
        "sign_in": {"token": TOKEN, "session": a_session()},
        "get_session": lambda request: a_session() | {"session": request["session"]},
        "set_language": {},
        "list_inbox": {"items": [], "waiting": 0, "unread": 0, "last_seq": 0},
        "list_desks": {"facilities": []},
        "search_facilities": {"facilities": [], "total": 0},
    }
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return a_gateway(tmp_path)


def a_gateway(folder: Path) -> Settings:
    return Settings("gateway", instance="test", secret_key="s" * 40, clock_file=folder / "clock")


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture(scope="session")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app before it knows anybody: its routes and pages take longer to build than a test to run."""
    nobody = Answers()
    return create_app(nobody, a_gateway(tmp_path_factory.mktemp("routes")), Hub(), Sessions(nobody, Clock()))


@pytest.fixture
def app(routes: Flask, answers: Answers, settings: Settings, hub: Hub) -> Flask:
    routes.extensions["tsunagi"] = gather(answers, settings, hub, Sessions(answers, Clock()))
    return routes


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


class Client:
    """A browser that is signed in and sends the form token along."""

    def __init__(self, app: Flask) -> None:
        self.browser = app.test_client()
        self.browser.set_cookie("tsunagi_session", TOKEN)
        self.token = self.browser.get("/api/session").json["csrf_token"]

    def get(self, path: str, **more: Any) -> Any:
        return self.browser.get(path, **more)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.post(path, json=body or {}, headers={"X-CSRF-Token": self.token, **names})


@pytest.fixture
def aoki(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def somebody(app: Flask, answers: Answers) -> Callable[..., Client]:
    """Return a client signed in with another session: somebody(role="operator")."""

    def sign_in(**known: Any) -> Client:
        answers.by_method["get_session"] = a_session(**known)
        return Client(app)

    return sign_in
