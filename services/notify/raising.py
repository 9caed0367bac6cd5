"""From discharge notes to alerts: the hot path, set-based, up to 100 notes in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from contracts.fact import Envelope
from services.notify import answering
from services.notify.asking import ask, put_out
from services.notify.candidates import Receivers
from services.notify.domain import Plan, plan_ladder
from services.notify.news import News, raised
from services.notify.offices import Office
from services.notify.queries import alerts, offices
from services.notify.rules import Rule
from services.notify.ruling import in_force

Offices = dict[str | None, Office]

# What an alert keeps of its note.
NOTE = (
    "handoff_id",
    "stay_id",
    "code",
    "urgency",
    "from_account_id",
    "from_office_id",
    "to_account_id",
    "to_office_id",
    "desk_id",
    "noted_at",
)


@dataclass(frozen=True)
class _New:
    row: dict[str, Any]
    plan: Plan


def raise_alerts(tx: Connection, facts: Sequence[Envelope], now: datetime, *, by_mail: bool) -> News:
    """Raise an alert for each note and ask its first rung. A handoff that has ended stays ended."""
    known = offices.find_offices(tx, [id for fact in facts for id in (fact["to_office_id"], fact["desk_id"])])
    planned = {fact["handoff_id"]: _new(fact, known, *in_force(tx, fact), now) for fact in facts}
    inserted = alerts.insert_alerts(tx, [new.row for new in planned.values()])
    fresh = [new for handoff_id, new in planned.items() if handoff_id in inserted]
    late = [new for handoff_id, new in planned.items() if handoff_id not in inserted]
    news = News([raised(new.row, new.plan) for new in fresh])
    for new in fresh:
        news += ask(new.row, new.plan, new.plan.rung(new.plan.current), now, "delivered")
    for new in late:
        news += _complete(tx, new.row)
    return put_out(tx, news, by_mail=by_mail, are_first=not late)


def receivers(row: Any, known: Offices, rule: Rule) -> Receivers:
    """Return whom a note names, as far as their offices are known, and the rule of its ladder."""
    return Receivers(
        to_account_id=row["to_account_id"],
        office=known.get(row["to_office_id"]) or Office(row["to_office_id"]),
        desk=known.get(row["desk_id"]) or Office(row["desk_id"]),
        rule=rule,
    )


def _new(fact: Envelope, known: Offices, rule_version: int, rule: Rule, now: datetime) -> _New:
    to = receivers(fact, known, rule)
    plan = plan_ladder(to, now)
    plan = plan.with_rung(replace(plan.rung(plan.current), started_at=now))
    row = {
        "alert_id": new_id(),
        "municipality": fact.municipality,
        **{name: fact[name] for name in NOTE},
        "raised_at": now,
        **planned_columns(plan, to),
        "rule_version": rule_version,
        "revision": 1,
    }
    return _New(row, plan)


def planned_columns(plan: Plan, to: Receivers) -> dict[str, Any]:
    """Return the columns of an alert that its plan decides, with the copies that it was made from."""
    return alerts.plan_columns(plan) | versions(to)


def versions(to: Receivers) -> dict[str, Any]:
    """Return the columns of an alert that say which copies its plan knows."""
    return {"office_version": to.office.version, "desk_version": to.desk.version}


def _complete(tx: Connection, row: dict[str, Any]) -> News:
    """Keep what the note says of a handoff whose end was heard first. Nobody is asked any more."""
    known = alerts.lock_by_handoff(tx, row["handoff_id"])
    if known is None or known.raised_at is not None:
        return News()
    kept = ("alert_id", "handoff_id", "rungs", "current", "next_at")
    alerts.change(tx, known.alert_id, **{name: value for name, value in row.items() if name not in kept})
    return answering.tell_sender({**row, "alert_id": known.alert_id}, known.ended_as, row["raised_at"])
