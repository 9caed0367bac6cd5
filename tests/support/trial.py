"""A service made to be broken: `python -m tests.support.trial sharing|events`.

It stands in for two of the real ones, with their logins, queues and the whole chassis, and behaves as
its database tells it to: table `trial_rule` maps a fact's subject to raise, die, sleep, permanent or cross.
"""

import sys

if __name__ == "__main__":
    from chassis import green

    green.patch()

import os
import signal
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import eventlet
from marshmallow import Schema, fields
from nameko.extensions import DependencyProvider
from sqlalchemy import Column, Float, Identity, Integer, String, Table, select

from chassis import runner
from chassis.columns import Id as IdColumn
from chassis.handles import handles, handles_batch
from chassis.rpc import reads, writes
from chassis.service import Service
from chassis.tables import service_metadata
from contracts.errors import Conflict, Permanent
from contracts.fields import Id
from contracts.sharing import DischargePlanned, StayCancelled, StayDischarged

metadata = service_metadata()
RULE = Table(
    "trial_rule",
    metadata,
    Column("subject", IdColumn, primary_key=True),
    Column("what", String(20), nullable=False),
    Column("seconds", Float, nullable=False, server_default="0"),
)
SEEN = Table(
    "trial_seen",
    metadata,
    Column("number", Integer, Identity(), primary_key=True),
    Column("handler", String(40), nullable=False),
    Column("subject", IdColumn, nullable=False),
)


class Say(Schema):
    """`say_planned` → {"said": stay_id}; with `after_s` the work takes that long."""

    stay_id = Id(required=True)
    after_s = fields.Float(load_default=0)


class Wait(Schema):
    """`block_hub` → {}: once for each `stay_id` nothing else runs in the process for so long."""

    stay_id = Id(required=True)
    seconds = fields.Float(required=True)


class Inside(DependencyProvider):
    """Gives a method the container that it runs in."""

    def get_dependency(self, worker_ctx):
        return self.container


class SharingService(Service):
    """Announces."""

    name = "sharing"
    inside = Inside()

    @writes("*", takes=Say)
    def say_planned(self, tx, request):
        """Save a row and announce a fact together."""
        stay_id = request["stay_id"]
        tx.execute(SEEN.insert(), {"handler": "said", "subject": stay_id})
        self.outbox.add(tx, planned(stay_id))
        self.audit.log(tx, action="write", kind="stay", ids=[stay_id])
        eventlet.sleep(request["after_s"])
        return {"said": stay_id}

    @writes("discharge_planner", takes=Say)
    def say_for_planners(self, tx, request):
        """Refuse always, after having saved something."""
        tx.execute(SEEN.insert(), {"handler": "refused", "subject": request["stay_id"]})
        raise Conflict("refused")

    @reads("*")
    def break_down(self, tx, request):
        """Show a bug."""
        return {}["a name that must not be logged: Chiyo"]

    @reads("*", takes=Wait)
    def block_hub(self, tx, request):
        """Compute without a pause; the request comes again when its process has ended over it."""
        blocked = SEEN.c.subject == request["stay_id"]
        if tx.execute(select(SEEN).where(blocked)).first() is None:
            with self.db.begin() as own:
                note(own, "block_hub", [request["stay_id"]])
            until = time.monotonic() + request["seconds"]
            while time.monotonic() < until:
                pass
        return {}

    @reads("*")
    def lose_relay(self, tx, request):
        """Let the relay's thread vanish as if it had never been."""
        [relay] = [thread for thread, name in self.inside._managed_threads.items() if name == "relay"]
        relay.kill()
        return {}


class EventsService(Service):
    """Hears."""

    name = "events"

    @handles_batch(DischargePlanned)
    def on_discharge_planned(self, tx, facts):
        """Hear in batches."""
        for fact in facts:
            obey(tx, fact["stay_id"])
        note(tx, "on_discharge_planned", [fact["stay_id"] for fact in facts])

    @handles(StayCancelled)
    def on_stay_cancelled(self, tx, fact):
        """Hear one by one."""
        note(tx, "on_stay_cancelled", [fact["stay_id"]])
        obey(tx, fact["stay_id"])

    @handles(StayDischarged)
    def on_stay_discharged(self, tx, fact):
        """Hear one by one."""
        note(tx, "on_stay_discharged", [fact["stay_id"]])


def planned(stay_id):
    planned_at = datetime(2026, 11, 27, tzinfo=UTC)
    return DischargePlanned.happened(
        stay_id=stay_id, hospital_id=stay_id, planner_id=stay_id, planned_at=planned_at
    )


def note(tx, handler, subjects):
    tx.execute(SEEN.insert(), [{"handler": handler, "subject": subject} for subject in subjects])


EVERYBODY = "00000000-0000-0000-0000-000000000000"


def obey(tx, subject):
    rule = tx.execute(select(RULE).where(RULE.c.subject.in_([subject, EVERYBODY]))).first()
    if rule is None:
        return
    if rule.what == "raise":
        raise ValueError("asked to fail")
    if rule.what == "permanent":
        raise Permanent("asked to fail for good")
    if rule.what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if rule.what == "cross":
        cross(tx, subject)
        return
    eventlet.sleep(rule.seconds)


def cross(tx, subject):
    """Lock the own rule, wait, then lock those of all who cross: two at the same time deadlock."""
    crossing = select(RULE).where(RULE.c.what == "cross").with_for_update()
    tx.execute(crossing.where(RULE.c.subject == subject)).all()
    eventlet.sleep(0.3)
    tx.execute(crossing).all()


if __name__ == "__main__":
    name = sys.argv[1]
    service_class = {"sharing": SharingService, "events": EventsService}[name]
    class_name = f"{name.capitalize()}Service"
    sys.modules[f"services.{name}.service"] = SimpleNamespace(**{class_name: service_class})
    sys.modules[f"services.{name}.models"] = SimpleNamespace(metadata=metadata)
    runner.serve(name)
