"""API keys open what they are for, in one person's name, and nothing once they are withdrawn."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from contracts.scopes import SCOPES
from tests.service.gateway.conftest import AOKI, BABA, CHIEF, Browser
from tests.support.eventually import eventually
from tests.support.stack import Stack


class Machine:
    """An office's own system: it brings a key and nothing else."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.http = requests.Session()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.key}", **named}
        return self.http.request(method, self.url + path, json=body, headers=sent, timeout=15)

    def get(self, path: str) -> requests.Response:
        return self.send("GET", path)


@pytest.fixture
def make(stack: Stack, browser: Callable[..., Browser]) -> Callable[..., tuple[dict[str, Any], Machine]]:
    def make_key(person: Any = CHIEF, scopes: Any = ("inbox:read",), **more: Any) -> Any:
        asked = {
            "name": "記録システム",
            "membership_id": person.membership_id,
            "scopes": list(scopes),
            **more,
        }
        made = browser(CHIEF).post("/api/keys", asked)
        assert made.status_code == 201, made.text
        return made.json()["key"], Machine(stack.url, made.json()["secret"])

    return make_key


def test_a_key_reads_in_its_persons_name_without_cookie(make: Callable[..., Any]) -> None:
    key, machine = make(scopes=["staff:read"])

    answer = machine.get("/api/staff")

    assert (answer.status_code, answer.json()["office"]["name"]) == (200, "ケアプランさくら")
    assert key["begins"] == machine.key[:10]
    assert machine.key.startswith("tsu_")
    assert "Set-Cookie" not in answer.headers


def test_a_key_writes_without_form_token_and_once_per_idempotency_key(make: Callable[..., Any]) -> None:
    _, machine = make(scopes=["inbox:read"])
    path = "/api/handoffs/019ab100-0000-7000-8000-000000000001/reading"

    answers = [machine.send("POST", path, {}, Idempotency_Key="from-the-system") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]


def test_a_key_without_the_scope_is_told_which(make: Callable[..., Any]) -> None:
    _, machine = make(scopes=["staff:read"])

    answer = machine.get("/api/inbox")

    assert (answer.status_code, answer.json()["reason"]) == (403, "scope_missing")
    assert answer.json()["fields"]["scope"][0]["code"] == "inbox:read"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="inbox:read"'


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/keys"),
        ("POST", "/api/keys"),
        ("POST", "/api/staff"),
        ("POST", "/api/session/acting"),
        ("GET", "/api/session"),
        ("POST", "/api/password"),
        ("GET", "/office"),
        ("GET", "/inbox/office"),
        ("GET", "/settings"),
    ],
)
def test_a_key_with_every_scope_opens_no_other_door(make: Callable[..., Any], method: str, path: str) -> None:
    _, machine = make(scopes=SCOPES)

    assert machine.send(method, path, {} if method == "POST" else None).status_code == 403


def test_a_key_sent_as_a_cookie_opens_nothing(make: Callable[..., Any], browser: Any) -> None:
    _, machine = make()
    assert machine.get("/api/inbox").status_code == 200  # the gateway has a copy of it now
    thief = browser()
    thief.http.cookies.set("tsunagi_session", machine.key)

    assert thief.get("/api/inbox").status_code == 401


def test_beside_a_wrong_key_no_cookie_counts(stack: Stack, browser: Callable[..., Browser]) -> None:
    chief = browser(CHIEF)

    answer = chief.get("/api/inbox", headers={"Authorization": f"Bearer tsu_{'x' * 43}"})

    assert (answer.status_code, answer.json()["reason"]) == (401, "key_not_valid")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.alone
def test_a_withdrawn_key_opens_nothing_within_a_second_and_its_stream_ends(
    make: Callable[..., Any], browser: Callable[..., Browser]
) -> None:
    key, machine = make()
    stream = machine.http.get(
        f"{machine.url}/api/stream",
        headers={"Authorization": f"Bearer {machine.key}"},
        stream=True,
        timeout=(5, 5),
    )
    chief = browser(CHIEF)

    chief.send("DELETE", f"/api/keys/{key['key_id']}")
    began = time.monotonic()

    eventually(lambda: machine.get("/api/inbox").status_code == 401, timeout=5)
    assert b"retry" in b"".join(stream.iter_content(None))  # returns, since the stream has ended
    assert time.monotonic() - began < 1
    assert machine.get("/api/inbox").json()["reason"] == "key_not_valid"


@pytest.mark.alone
def test_a_key_ends_with_the_suspension_of_its_person_within_a_second(
    make: Callable[..., Any], browser: Callable[..., Browser]
) -> None:
    key, machine = make(BABA)
    browser(BABA).post(f"/api/keys/{key['key_id']}/agreement")
    assert machine.get("/api/inbox").status_code == 200
    chief = browser(CHIEF)

    chief.post(f"/api/staff/{BABA.membership_id}/suspension")
    began = time.monotonic()

    eventually(lambda: machine.get("/api/inbox").status_code == 401, timeout=5)
    assert time.monotonic() - began < 1
    chief.send("DELETE", f"/api/staff/{BABA.membership_id}/suspension")


def test_a_key_in_somebody_elses_name_waits_for_their_word(
    make: Callable[..., Any], browser: Callable[..., Browser]
) -> None:
    key, machine = make(AOKI)
    before = machine.get("/api/inbox")
    by_another = browser(BABA).post(f"/api/keys/{key['key_id']}/agreement")

    agreed = browser(AOKI).post(f"/api/keys/{key['key_id']}/agreement")

    assert (key["state"], before.status_code, before.json()["reason"]) == ("waits", 401, "key_waits")
    assert by_another.status_code == 404
    assert agreed.json()["state"] == "active"
    assert machine.get("/api/inbox").status_code == 200


def test_only_the_manager_makes_keys_and_everybody_sees_their_own(
    make: Callable[..., Any], browser: Callable[..., Browser]
) -> None:
    mine, _ = make(AOKI)
    asked = {"name": "x", "membership_id": AOKI.membership_id, "scopes": ["inbox:read"]}
    aoki, baba = browser(AOKI), browser(BABA)

    assert aoki.post("/api/keys", asked).status_code == 403
    assert mine["key_id"] in [key["key_id"] for key in aoki.get("/api/keys").json()["keys"]]
    assert mine["key_id"] not in [key["key_id"] for key in baba.get("/api/keys").json()["keys"]]


def test_use_is_noted_and_the_access_log_says_by_which_key(
    make: Callable[..., Any], browser: Callable[..., Browser], stack: Stack
) -> None:
    key, machine = make(scopes=["inbox:read"])
    machine.get("/api/inbox")

    def used() -> Any:
        keys = browser(CHIEF).get("/api/keys").json()["keys"]
        return next(one["last_used_at"] for one in keys if one["key_id"] == key["key_id"])

    assert eventually(used, timeout=30, every=1)


def test_an_expired_key_says_so(make: Callable[..., Any], stack: Stack) -> None:
    _, machine = make(days=1)
    stack.clock.advance(hours=25)

    answer = machine.get("/api/inbox")

    assert (answer.status_code, answer.json()["reason"]) == (401, "key_expired")


def test_no_log_and_no_table_holds_a_key(make: Callable[..., Any], stack: Stack) -> None:
    _, machine = make()
    machine.get("/api/inbox")
    machine.get("/api/keys")
    rows = [
        str(row)
        for table in ("api_key", "done_once", "access_log", "outbox")
        for row in stack.database("accounts").rows(f"SELECT * FROM {table}")
    ]

    rest = machine.key[10:]
    assert [name for name in ("gateway", "accounts", "notify") if rest in stack.log(name)] == []
    assert [row for row in rows if rest in row] == []
