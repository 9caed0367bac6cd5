"""Alerts and their rungs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from chassis.db import insert_new
from services.notify.domain import Plan, Rung
from services.notify.models import alert


def insert_alerts(tx: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Insert alerts; returns the handoffs that had none yet, and leaves the others as they are."""
    # One order for everybody, so that two batches cannot wait for each other.
    ordered = sorted(rows, key=lambda row: row["handoff_id"])
    return set(insert_new(tx, alert, ordered, returning=alert.c.handoff_id))


def lock_by_handoff(tx: Connection, handoff_id: str) -> Any | None:
    """Return the alert of a handoff and hold it until the transaction ends."""
    return tx.execute(select(alert).where(alert.c.handoff_id == handoff_id).with_for_update()).first()


def lock(tx: Connection, alert_id: str) -> None:
    """Hold an alert until the transaction ends. Before its deliveries, as everybody does."""
    tx.execute(select(alert.c.alert_id).where(alert.c.alert_id == alert_id).with_for_update())


def find_by_handoff(tx: Connection, handoff_id: str) -> Any | None:
    """Return the alert of a handoff."""
    return tx.execute(select(alert).where(alert.c.handoff_id == handoff_id)).first()


def find(tx: Connection, alert_ids: Sequence[str]) -> list[Any]:
    """Return these alerts, in the order of their ids."""
    return list(tx.execute(select(alert).where(alert.c.alert_id.in_(alert_ids)).order_by(alert.c.alert_id)))


def lock_due(tx: Connection, now: datetime, limit: int) -> list[Any]:
    """Return open alerts whose current rung's time is over, longest overdue first, and hold them."""
    return list(
        tx.execute(
            select(alert)
            .where(alert.c.ended_as.is_(None), alert.c.next_at <= now)
            .order_by(alert.c.next_at)
            .limit(limit)
            # The loop runs in every replica; SKIP LOCKED keeps two from climbing the same ladder.
            .with_for_update(skip_locked=True)
        )
    )


def next_due_at(tx: Connection) -> datetime | None:
    """Return when the next open alert's current rung ends, or None when no ladder runs."""
    ends_first = select(alert.c.next_at).where(alert.c.ended_as.is_(None), alert.c.next_at.is_not(None))
    found: datetime | None = tx.execute(ends_first.order_by(alert.c.next_at).limit(1)).scalar()
    return found


def change(tx: Connection, alert_id: str, **values: Any) -> None:
    """Set columns of one alert."""
    tx.execute(alert.update().where(alert.c.alert_id == alert_id).values(values))


def plan_columns(plan: Plan) -> dict[str, Any]:
    """Return the columns in which an alert keeps its ladder."""
    return {
        "rungs": [_rung_row(rung) for rung in plan.rungs],
        "current": plan.current,
        "next_at": plan.next_at,
        "is_complete": plan.is_complete,
        "hours_are_provisional": plan.hours_are_provisional,
    }


def plan_of(row: Any) -> Plan:
    """Return the ladder that an alert keeps."""
    rungs = tuple(_rung(rung) for rung in row.rungs)
    return Plan(rungs, row.current, row.is_complete, row.hours_are_provisional)


def _rung_row(rung: Rung) -> dict[str, Any]:
    times = {name: at.isoformat() if at else None for name, at in _times(vars(rung)).items()}
    row = {**vars(rung), "account_ids": list(rung.account_ids), **times}
    reminders = row.pop("remind_at"), row.pop("reminded")
    # Few rules have reminders; a rung without them is kept as it always was.
    if reminders[0]:
        row |= {"remind_at": [at.isoformat() for at in reminders[0]], "reminded": reminders[1]}
    return row


def _rung(row: dict[str, Any]) -> Rung:
    times = {name: datetime.fromisoformat(text) if text else None for name, text in _times(row).items()}
    remind_at = tuple(datetime.fromisoformat(text) for text in row.get("remind_at", ()))
    return Rung(**{**row, "account_ids": tuple(row["account_ids"]), "remind_at": remind_at, **times})


def _times(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("starts_at", "due_at", "started_at")}
