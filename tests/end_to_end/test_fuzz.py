"""Whatever is sent to the JSON API: an answer that says what is wrong, never a fault; everything lives on.

Hypothesis makes the requests; a failing one is in the message, with the seed (`TSUNAGI_SEED`) that makes it
again. `TSUNAGI_FUZZ_S` is the time that each route gets.
"""

import json
import os
import random
import re
import time
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support import fuzzing
from tests.support.people import a_note, a_stay, sign_in
from tsunagi.client import Refused

SECONDS = float(os.environ.get("TSUNAGI_FUZZ_S", "4"))
SEED = int(os.environ.get("TSUNAGI_SEED") or random.randrange(10**6))
# Nothing is shrunk: the answer depends on all that was sent before.
MANY = {
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
    "print_blob": False,
}
PEOPLE = ("tanaka", "sato", "takahashi", "kobayashi", "ishida", "kansa")
ROUTES = fuzzing.routes()
pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def pool(stack, planner, care_manager):
    """Ids of things that are there, and one of nothing; staff that may be suspended by chance."""
    manager = sign_in(stack, "takahashi")
    stay_id = a_stay(planner, care_manager)
    planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})
    spare = {"name": "予備 花", "login": "spare", "role": "care_worker"}
    member = manager.post("/api/staff", spare)["staff"]["membership_id"]
    stack.broker.settle()
    columns = {
        "sharing": ("person.person_id", "stay.stay_id", "handoff.handoff_id", "consent.consent_id"),
        "directory": ("facility.facility_id",),
        "accounts": ("account.account_id",),
    }
    found = [
        str(row["id"])
        for service, names in columns.items()
        for name in names
        for row in stack.database(service).rows(f"SELECT {name} AS id FROM {name.split('.')[0]} LIMIT 5")
    ]
    return [*found, str(member), "00000000-0000-7000-8000-000000000000"]


class Sender:
    """Sends requests as one of several people, or as nobody; sessions that end are begun anew."""

    def __init__(self, stack):
        self.stack = stack
        self.http = requests.Session()
        self.http.trust_env = False
        self.clients = {}
        self.pids = {name: stack.pid(name) for name in stack.supervisor.parts}

    def refresh(self):
        for login in PEOPLE:
            client = self.clients.get(login)
            if client is None or not client.get("/api/session")["signed_in"]:
                self.clients[login] = sign_in(self.stack, login)

    def send(self, route, login, values, query, headers, body):
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: quote(values[name[1]], safe=""), route.rule)
        client = self.clients.get(login)
        known = {"Cookie": client.cookies, "X-CSRF-Token": client.csrf} if client else {}
        known |= {"Referer": f"{self.stack.url}/", "Content-Type": "application/json"}
        sent = {"method": route.method, "url": self.stack.url + path, "params": query, "data": body}
        for _ in range(2):
            answer = self.http.request(**sent, headers={**known, **headers}, timeout=30, stream=True)
            found = (answer.status_code, answer.headers, "" if is_stream(answer) else answer.text)
            answer.close()
            # On a busy machine a service may be late once; bad input must not look like that.
            if answer.status_code != 503:
                break
            self.stack.wait_ready()
        return found

    def everything_lives(self):
        return {name: self.stack.pid(name) for name in self.pids} == self.pids


def is_stream(answer):
    return answer.headers.get("Content-Type", "").startswith("text/event-stream")


@pytest.fixture(scope="module")
def sender(stack, pool):
    return Sender(stack)


def check_answer(status, headers, text):
    assert status < 500
    if status >= 400:
        assert headers["Content-Type"] == "application/problem+json"
        problem = json.loads(text)
        assert problem["status"] == status
        assert problem["type"] == f"urn:tsunagi:problem:{problem['reason']}"
        assert problem["title"]
        assert problem["detail"]
    elif status not in (204, 308) and not headers["Content-Type"].startswith("text/event-stream"):
        assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_request_makes_a_fault(route, sender, pool):
    sender.refresh()
    failures = []

    @given(st.data())
    @settings(**MANY, max_examples=25)
    def send_many(data):
        sent = request(data, route, pool)
        answer = sender.send(route, **sent)
        try:
            check_answer(*answer)
        except AssertionError:
            failures.append(f"{route} {sent} -> {answer[0]} {answer[2][:500]}")
            raise

    try:
        repeat(send_many, SECONDS)
    except Exception as error:
        raise AssertionError(f"TSUNAGI_SEED={SEED}: {failures[:1]}") from error

    assert sender.everything_lives()


def repeat(act, seconds):
    """Play it again and again with other seeds, until the time is over."""
    until, number = time.monotonic() + seconds, SEED
    while time.monotonic() < until:
        seed(number)(act)()
        number += 1


def request(data, route, pool):
    """Draw one request."""
    value = data.draw(fuzzing.bodies(route, pool))
    has_body = route.method != "GET" or data.draw(st.integers(0, 9)) == 0
    return {
        "login": data.draw(st.sampled_from((*PEOPLE, *PEOPLE, ""))),
        "values": data.draw(fuzzing.paths(route, pool)),
        "query": data.draw(fuzzing.queries(route, pool)) if data.draw(st.booleans()) else {},
        "headers": data.draw(fuzzing.headers()) if data.draw(st.booleans()) else {},
        "body": data.draw(fuzzing.texts_of(value)) if has_body else None,
    }


def test_afterwards_a_note_is_sent_and_acknowledged_and_nothing_is_parked(stack):
    planner, care_manager = sign_in(stack, "tanaka"), sign_in(stack, "sato")
    stay_id = a_stay(planner, care_manager)

    handoff = planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})
    answer = care_manager.post(f"/api/handoffs/{handoff['handoff_id']}/acknowledgement")

    assert answer["acknowledged_by_name"] == "佐藤 恵"
    stack.broker.settle()
    assert stack.broker.dead_letters() == {}
    with pytest.raises(Refused) as refusal:
        planner.post("/api/handoffs", {"stay_id": "x"})
    assert refusal.value.status == 422
