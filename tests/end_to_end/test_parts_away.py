"""Parts of the running system are killed or away. Accepted is counted against arrived."""

import threading
import time
import uuid
from collections import Counter

import pytest
import requests

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay, sign_in
from tsunagi.client import Refused


class Planners:
    """Send notes without pause; what got no answer is sent again with its key."""

    def __init__(self, stack, care_manager, count=3):
        self.stack = stack
        self.accepted = []
        self.repeated = 0
        self._leaving = threading.Event()
        self._clients = [sign_in(stack, "tanaka") for _ in range(count)]
        self._stays = {
            id(client): [a_stay(client, care_manager) for _ in range(4)] for client in self._clients
        }
        self._content = a_note(self._clients[0], self._stays[id(self._clients[0])][0])
        self._threads = [
            threading.Thread(target=self._send, args=[client], daemon=True) for client in self._clients
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._leaving.set()
        for thread in self._threads:
            thread.join(60)

    def _send(self, client):
        stays = self._stays[id(client)]
        while not self._leaving.is_set():
            body = {"stay_id": stays[len(self.accepted) % len(stays)], "content": self._content}
            self._until_accepted(client, body, uuid.uuid4().hex)

    def _until_accepted(self, client, body, key):
        while True:
            try:
                self.accepted.append(client.post("/api/handoffs", body, key=key)["handoff_id"])
                return
            except Refused as refusal:
                if refusal.status not in (401, 503):
                    raise
                self.repeated += 1
            except requests.RequestException:
                self.repeated += 1
            time.sleep(0.1)

    def wait_for(self, count, within_s=60):
        goal = len(self.accepted) + count
        eventually(lambda: len(self.accepted) >= goal, within_s)


def assert_each_arrived_once(stack, care_manager, accepted):
    alerts = stack.database("notify")
    eventually(lambda: len(arrived(alerts, accepted)) == len(accepted), 60)
    stack.broker.settle(60)
    assert Counter(arrived(alerts, accepted)) == Counter(accepted)
    saved = stack.database("sharing").scalar("SELECT count(*) FROM handoff")
    announced = alerts.scalar("SELECT count(DISTINCT handoff_id) FROM alert")
    assert saved == announced
    shown = alerts.rows(
        "SELECT handoff_id FROM inbox_item JOIN alert USING (alert_id) WHERE reader = :reader AND rung = 1",
        reader=f"account:{care_manager.account_id}",
    )
    counted = Counter(str(row["handoff_id"]) for row in shown)
    assert [id for id in accepted if counted[id] > 1] == []
    # A note that a newer one had replaced before notify heard of it need not be shown.
    open_ones = {
        str(row["handoff_id"]) for row in alerts.rows("SELECT handoff_id FROM alert WHERE ended_as IS NULL")
    }
    assert [id for id in accepted if id in open_ones and counted[id] != 1] == []


def arrived(alerts, accepted):
    rows = alerts.rows("SELECT handoff_id FROM alert")
    return [str(row["handoff_id"]) for row in rows if str(row["handoff_id"]) in set(accepted)]


@pytest.mark.parametrize("name", ["gateway", "sharing", "notify", "accounts"])
def test_a_process_is_killed_under_load(name, stack, care_manager):
    with Planners(stack, care_manager) as planners:
        planners.wait_for(15)
        stack.kill(name)
        planners.wait_for(15)
        stack.wait_ready()
        planners.wait_for(5)

    assert_each_arrived_once(stack, care_manager, planners.accepted)


def test_a_note_is_written_while_directory_and_accounts_are_down(stack, care_manager):
    planner = sign_in(stack, "tanaka")
    stay_id = a_stay(planner, care_manager)
    content = a_note(planner, stay_id)
    for name in ("directory", "accounts"):
        stack.take_down(name)
    try:
        handoff = planner.post("/api/handoffs", {"stay_id": stay_id, "content": content})
        eventually(
            lambda: handoff["handoff_id"] in arrived(stack.database("notify"), [handoff["handoff_id"]])
        )
    finally:
        for name in ("directory", "accounts"):
            stack.bring_back(name)


def test_a_note_waits_for_notify_and_arrives_when_it_is_back(stack, care_manager):
    planner = sign_in(stack, "tanaka")
    stay_id = a_stay(planner, care_manager)
    content = a_note(planner, stay_id)
    stack.take_down("notify")

    handoff = planner.post("/api/handoffs", {"stay_id": stay_id, "content": content})

    assert handoff["state"] == "sent"
    stack.bring_back("notify")
    assert_each_arrived_once(stack, care_manager, [handoff["handoff_id"]])
    assert planner.get(f"/api/handoffs/{handoff['handoff_id']}")["state"] == "delivered"
