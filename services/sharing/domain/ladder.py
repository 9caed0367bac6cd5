"""What notify tells of its ladder, taken into the handoff. Facts come twice, late and out of order.

An older plan or a lower rung never moves a handoff back, and nothing here touches an answer.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.wire import plain
from contracts.fact import Envelope
from services.sharing.domain.handoffs import BEFORE, Event, Handoff


@dataclass(frozen=True)
class Holder:
    """Whom a rung has reached; `account_id` None means everybody at that desk."""

    handoff_id: str
    holder: str
    office_id: str
    account_id: str | None
    rung: int


@dataclass(frozen=True)
class Heard:
    """What one fact made of a handoff."""

    handoff: Handoff
    event: Event | None = None
    holders: tuple[Holder, ...] = ()


def raised(handoff: Handoff, fact: Envelope) -> Heard:
    """Take in a planned ladder: the note is in the inbox of the rungs up to `current`."""
    first = handoff.delivered_at is None or fact["delivered_at"] < handoff.delivered_at
    delivered = replace(handoff, delivered_at=fact["delivered_at"] if first else handoff.delivered_at)
    event = Event(handoff.handoff_id, "delivered", fact["delivered_at"]) if not handoff.delivered_at else None
    if fact.revision >= handoff.plan:
        delivered = _planned(delivered, fact)
    if delivered.state in BEFORE["delivered"]:
        delivered = replace(delivered, state="delivered")
    return Heard(delivered, event, _reached(handoff, fact["rungs"], fact["current"]))


def escalated(handoff: Handoff, fact: Envelope) -> Heard:
    """Take in one step up the ladder."""
    rung = fact["rung"]
    event = Event(handoff.handoff_id, "escalated", fact["escalated_at"], rung=rung["number"])
    holders = _reached(handoff, [rung], rung["number"])
    is_new = fact.revision > handoff.plan or rung["number"] > handoff.rung
    if fact.revision < handoff.plan or not is_new or not handoff.is_waiting:
        return Heard(handoff, event, holders)
    climbed = replace(handoff, plan=fact.revision, rung=rung["number"])
    if handoff.state in BEFORE["escalated"]:
        climbed = replace(climbed, state="escalated", next_at=fact["next_at"])
    return Heard(climbed, event, holders)


def overdue(handoff: Handoff, fact: Envelope) -> Heard:
    """Take in that even the desk has let its time pass."""
    event = Event(handoff.handoff_id, "overdue", fact["overdue_at"], rung=handoff.rung or None)
    if handoff.state not in BEFORE["overdue"]:
        return Heard(handoff, event)
    return Heard(replace(handoff, state="overdue", next_at=None), event)


def shown(handoff: Handoff) -> list[dict[str, Any]]:
    """Return the ladder for a page, its present rung marked while somebody still has to answer."""
    return [
        {**rung, "is_current": handoff.is_waiting and rung["number"] == handoff.rung}
        for rung in handoff.rungs
    ]


def told(handoff: Handoff) -> list[str]:
    """Return whose open pages hear of a new state: the sender's side and the offices that were asked.

    That a note has come, and that it is delivered, notify tells the receivers itself.
    """
    if handoff.state in ("sent", "delivered"):
        return [f"account:{handoff.from_account_id}", f"office:{handoff.from_office_id}"]
    desk_is_asked = any(rung["role"] == "desk" and rung["number"] == handoff.rung for rung in handoff.rungs)
    offices = {handoff.from_office_id, handoff.to_office_id}
    if desk_is_asked or handoff.to_office_id is None:
        offices.add(handoff.desk_id)
    accounts = {handoff.from_account_id, handoff.to_account_id}
    return sorted([f"account:{id}" for id in accounts if id] + [f"office:{id}" for id in offices if id])


def _planned(handoff: Handoff, fact: Envelope) -> Handoff:
    # The same plan may be told after its first steps up: it is no way down.
    current = fact["current"] if fact.revision > handoff.plan else max(handoff.rung, fact["current"])
    planned = replace(
        handoff,
        plan=fact.revision,
        rungs=plain(fact["rungs"]),
        rung=current,
        hours_are_provisional=fact["hours_are_provisional"],
    )
    if handoff.state not in BEFORE["escalated"]:
        return replace(planned, next_at=None)
    # The step up itself may come later, and as part of a plan that is past by then.
    climbed = current > handoff.rung and any(
        rung["number"] < current and not rung["skipped"] for rung in fact["rungs"]
    )
    state = "escalated" if climbed else handoff.state
    return replace(planned, state=state, next_at=_next_at(fact["rungs"], current))


def _next_at(rungs: list[dict[str, Any]], current: int) -> datetime | None:
    later = [rung["starts_at"] for rung in rungs if rung["number"] > current and not rung["skipped"]]
    return min(later, default=None)


def _reached(handoff: Handoff, rungs: list[dict[str, Any]], current: int) -> tuple[Holder, ...]:
    reached = [rung for rung in rungs if rung["number"] <= current and not rung["skipped"]]
    return tuple(holder for rung in reached for holder in _holders(handoff, rung))


def _holders(handoff: Handoff, rung: dict[str, Any]) -> list[Holder]:
    number = rung["number"]
    if rung["role"] == "desk":
        desk = rung["office_id"] or handoff.desk_id
        return [Holder(handoff.handoff_id, desk, desk, None, number)] if desk else []
    office = rung["office_id"] or handoff.to_office_id
    return [Holder(handoff.handoff_id, id, office, id, number) for id in rung["account_ids"] if office]
