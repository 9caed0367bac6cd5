"""Minutes of steady work: nothing is lost or doubled, and no process holds more and more.

`TSUNAGI_SOAK_S` is how long it lasts.
"""

import os
import threading
import time
from collections import Counter

import pytest

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay, settle_city, sign_in
from tests.support.vitals import look_at
from tsunagi.client import Refused

SECONDS = float(os.environ.get("TSUNAGI_SOAK_S", "300"))
NOTES_PER_S = 10
PLANNERS = 4
STAYS_EACH = 30
STEADY_STREAMS = 8
# What a process may hold more at the end than after a third: caches fill, a leak goes on and on.
MORE_MEMORY = 1.25
MORE_MB = 15
MORE_FILES = 15


@pytest.fixture
def stack(instance, start_stack):
    settle_city(instance)
    running = start_stack()
    instance.broker.settle()
    return running


class Soak:
    """Planners send at a steady pace, the care manager answers what the page shows, pages come and go."""

    def __init__(self, stack):
        self.stack = stack
        self.accepted = []
        self.answered = []
        self.faults = []
        self.care_manager = sign_in(stack, "sato")
        self.page = self.care_manager.listen()
        self.streams = [sign_in(stack, "sato").listen() for _ in range(STEADY_STREAMS)]
        self.planners = [sign_in(stack, "tanaka") for _ in range(PLANNERS)]
        self.stays = [
            [a_stay(planner, self.care_manager) for _ in range(STAYS_EACH)] for planner in self.planners
        ]
        self.content = a_note(self.planners[0], self.stays[0][0])
        self._leaving = threading.Event()
        acts = [lambda number=number: self._send(number) for number in range(PLANNERS)]
        acts += [self._answer, self._come_and_go]
        self._threads = [threading.Thread(target=self._guarded, args=[act], daemon=True) for act in acts]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._leaving.set()
        for thread in self._threads:
            thread.join(60)

    def close(self):
        for stream in (self.page, *self.streams):
            stream.close()

    def _guarded(self, act):
        try:
            act()
        except Exception as error:
            self.faults.append(error)

    def _send(self, number):
        planner, stays, turn = self.planners[number], self.stays[number], 0
        due = time.monotonic()
        while not self._leaving.is_set():
            body = {"stay_id": stays[turn % STAYS_EACH], "content": self.content}
            self.accepted.append(planner.post("/api/handoffs", body)["handoff_id"])
            turn += 1
            # Who falls behind on a busy machine goes on from now, and does not catch up in a burst.
            due = max(due + PLANNERS / NOTES_PER_S, time.monotonic())
            self._leaving.wait(due - time.monotonic())

    def _answer(self):
        """Open and acknowledge what arrives on the page, unless a newer note has taken its place."""
        while not self._leaving.is_set():
            event = self.page.wait_for("alert", 0.5)
            if event is None:
                continue
            handoff_id = event.data["handoff_id"]
            self.care_manager.get(f"/api/handoffs/{handoff_id}")
            try:
                self.care_manager.post(f"/api/handoffs/{handoff_id}/acknowledgement")
            except Refused as refusal:
                if refusal.problem["reason"] != "is_superseded":
                    raise
            else:
                self.answered.append(handoff_id)

    def _come_and_go(self):
        """Pages are opened and left all the time."""
        visitor = sign_in(self.stack, "sato")
        while not self._leaving.wait(1):
            visitor.listen().close()


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 600)
def test_steady_work_loses_nothing_and_holds_on_to_nothing(stack):
    soak = Soak(stack)
    with soak:
        time.sleep(SECONDS / 3)
        early = look_at(stack)
        time.sleep(SECONDS * 2 / 3)
        late = look_at(stack)

    assert soak.faults == []
    stack.broker.settle(120)
    assert_each_arrived_once(soak)
    assert_every_page_heard_each_once(soak)
    assert soak.answered
    assert_nothing_is_held(early, late)
    assert stack.broker.dead_letters() == {}
    soak.close()


def assert_each_arrived_once(soak):
    notify = soak.stack.database("notify")
    alerts = Counter(str(row["handoff_id"]) for row in notify.rows("SELECT handoff_id FROM alert"))
    assert alerts == Counter(soak.accepted)
    shown = notify.rows(
        "SELECT handoff_id FROM inbox_item JOIN alert USING (alert_id)"
        " WHERE reader = :reader AND kind = 'discharge_note'",
        reader=f"account:{soak.care_manager.account_id}",
    )
    counted = Counter(str(row["handoff_id"]) for row in shown)
    assert [id for id, count in counted.items() if count > 1] == []
    # A note that a newer one had replaced before notify heard of it need not be shown.
    unshown = "SELECT handoff_id FROM alert WHERE ended_as IS DISTINCT FROM 'superseded'"
    assert {str(row["handoff_id"]) for row in notify.rows(unshown)} <= counted.keys()
    answered = notify.rows("SELECT handoff_id FROM alert WHERE ended_as IN ('acknowledged', 'superseded')")
    assert set(soak.answered) <= {str(row["handoff_id"]) for row in answered}


def assert_every_page_heard_each_once(soak):
    shown = soak.stack.database("notify").scalar(
        "SELECT last_seq FROM reader WHERE reader = :reader", reader=f"account:{soak.care_manager.account_id}"
    )
    for stream in (soak.page, *soak.streams):
        eventually(lambda stream=stream: len(heard_by(stream)) >= shown, 30)
        assert [id for id, count in Counter(heard_by(stream)).items() if count > 1] == []


def heard_by(stream):
    return [event.data["handoff_id"] for event in stream.heard if event.kind == "alert"]


def assert_nothing_is_held(early, late):
    grown = {name: (early.rss_mb[name], rss) for name, rss in late.rss_mb.items()}
    assert {name: pair for name, pair in grown.items() if pair[1] > pair[0] * MORE_MEMORY + MORE_MB} == {}
    opened = {name: (early.files[name], files) for name, files in late.files.items()}
    assert {name: pair for name, pair in opened.items() if pair[1] > pair[0] + MORE_FILES} == {}
    connected = {name: (early.connections[name], count) for name, count in late.connections.items()}
    assert {name: pair for name, pair in connected.items() if pair[1] > pair[0] + MORE_FILES} == {}
