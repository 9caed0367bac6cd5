"""The gateway with the services that it asks, all real, and browsers signed in to it."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from chassis.calendar import DEFAULT_HOURS
from chassis.ids import new_id
from contracts.directory import FacilityChanged
from contracts.fact import NewFact
from services.accounts import demo
from tests.support.eventually import eventually
from tests.support.machine import TestInstance
from tests.support.stack import Stack
from tsunagi.client import hang_up

PASSWORD = "kumo-7-hare-tombo"
OFFICE, HOSPITAL = new_id(), new_id()


@dataclass
class Person:
    """Somebody who may sign in."""

    login: str
    role: str
    office_id: str
    account_id: str
    membership_id: str


def a_person(login: str, role: str, office_id: str = OFFICE) -> Person:
    return Person(login, role, office_id, new_id(), new_id())


AOKI = a_person("aoki", "care_manager")
BABA = a_person("baba", "care_manager")
CHIEF = a_person("chief", "office_manager")
OPERATOR = a_person("operator", "operator", new_id())
PEOPLE = (AOKI, BABA, CHIEF, OPERATOR)


@pytest.fixture(scope="module")
def stack(start_stack: Callable[..., Stack], instance: TestInstance) -> Stack:
    demo.seed(instance.instance.database_url("accounts"), _city())
    stack = start_stack("accounts", "notify", "gateway")
    stack.broker.publish(_office())
    # Not `settle`: queues of services that do not run here stay full.
    eventually(lambda: stack.database("accounts").scalar("SELECT count(*) FROM office"))
    known = "SELECT count(*) FROM office WHERE hours_revision >= 0 AND staffing_revision >= 0"
    eventually(lambda: stack.database("notify").scalar(known))
    return stack


def _office() -> NewFact:
    return FacilityChanged.happened(
        municipality="999997",
        revision=1,
        facility_id=OFFICE,
        kind="care_office",
        name="ケアプランさくら",
        services=["430"],
        hours=DEFAULT_HOURS,
        is_listed=True,
    )


def _city() -> dict[str, Any]:
    offices = {person.office_id for person in PEOPLE}
    return {
        "offices": [_place(office_id) for office_id in offices],
        "accounts": [_account(person) for person in PEOPLE],
        "deputies": {},
    }


def _place(office_id: str) -> dict[str, str]:
    name = "ケアプランさくら" if office_id == OFFICE else "架空市 情報政策課"
    kind = "care_office" if office_id == OFFICE else "municipality"
    return {"office_id": office_id, "municipality": "999997", "kind": kind, "name": name}


def _account(person: Person) -> dict[str, Any]:
    role = {
        "membership_id": person.membership_id,
        "office_id": person.office_id,
        "role": person.role,
        "is_manager": person is CHIEF,
    }
    return {
        "account_id": person.account_id,
        "name": person.login.capitalize(),
        "kana": "",
        "login": person.login,
        "email": None,
        "password": PASSWORD,
        "memberships": [role],
    }


class Browser:
    """A browser: it keeps cookies and sends the form token along."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.token = self.http.get(f"{url}/api/session", timeout=10).json()["csrf_token"]

    def sign_in(self, login: str, password: str = PASSWORD) -> "Browser":
        answer = self.post("/api/sign-in", {"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["csrf_token"]
        return self

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.http.get(self.url + path, timeout=15, allow_redirects=False, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.send("POST", path, body, **more)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        sent = {
            "X-CSRF-Token": self.token,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.http.request(method, self.url + path, json=body or {}, headers=sent, timeout=15)

    def listen(self, **headers: str) -> "Stream":
        return Stream(self, headers)


class Stream:
    """An open live stream, read by a thread of its own."""

    def __init__(self, browser: Browser, headers: dict[str, str]) -> None:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = browser.http.get(
            f"{browser.url}/api/stream", headers=sent, stream=True, timeout=(5, 60)
        )
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.is_closed = threading.Event()
        self.is_ready = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        assert self.is_ready.wait(30)

    def _read(self) -> None:
        # Closing it from the other thread breaks the reading in many ways.
        with suppress(Exception):
            self._read_events()
        self.is_closed.set()

    def _read_events(self) -> None:
        event: dict[str, Any] = {}
        # One byte at a time, so that nothing waits for more to come.
        for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
            if line:
                name, _, value = line.partition(": ")
                event[name] = json.loads(value) if name == "data" else value
                continue
            if event.get("event") == "ready":
                self.is_ready.set()
            elif "event" in event:
                self.events.put(event)
            event = {}

    def next(self, within_s: float = 30) -> dict[str, Any]:
        """Return the next of my own alerts; those of the office and `ready` have no number."""
        while True:
            event = self.events.get(timeout=within_s)
            if "id" in event:
                return event

    def close(self) -> None:
        hang_up(self.answer)


@pytest.fixture
def browser(stack: Stack) -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def open_browser(person: Person | None = None) -> Browser:
        opened.append(Browser(stack.url))
        return opened[-1].sign_in(person.login) if person else opened[-1]

    yield open_browser
    for each in opened:
        each.http.close()
