"""Alerts and their rungs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.notify.domain import Plan, Rung
from services.notify.models import alert, rung


def insert_alerts(tx: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Insert alerts; returns the handoffs that had none yet, and leaves the others as they are."""
    insert = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    # One order for everybody, so that two batches cannot wait for each other.
    ordered = sorted(rows, key=lambda row: row["handoff_id"])
    statement = insert(alert).on_conflict_do_nothing().returning(alert.c.handoff_id)
    return set(tx.execute(statement, ordered).scalars())


def lock_by_handoff(tx: Connection, handoff_id: str) -> Any | None:
    """Return the alert of a handoff and hold it until the transaction ends."""
    return tx.execute(select(alert).where(alert.c.handoff_id == handoff_id).with_for_update()).first()


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


def change(tx: Connection, alert_id: str, **values: Any) -> None:
    """Set columns of one alert."""
    tx.execute(alert.update().where(alert.c.alert_id == alert_id).values(values))


def insert_rungs(tx: Connection, rungs: Sequence[tuple[str, Rung]]) -> None:
    """Insert the rungs of alerts, given as (alert id, rung)."""
    if rungs:
        tx.execute(rung.insert(), [_row(alert_id, step) for alert_id, step in rungs])


def replace_rungs(tx: Connection, alert_id: str, rungs: Sequence[Rung]) -> None:
    """Write a ladder anew."""
    tx.execute(rung.delete().where(rung.c.alert_id == alert_id))
    insert_rungs(tx, [(alert_id, step) for step in rungs])


def save_rung(tx: Connection, alert_id: str, step: Rung) -> None:
    """Write one rung as it is now."""
    row = _row(alert_id, step)
    tx.execute(rung.update().where(rung.c.alert_id == alert_id, rung.c.number == step.number).values(row))


def rungs_of(tx: Connection, alert_ids: Sequence[str]) -> dict[str, tuple[Rung, ...]]:
    """Return the rungs of alerts, each ladder from its first rung up."""
    found: dict[str, list[Rung]] = {alert_id: [] for alert_id in alert_ids}
    rows = tx.execute(select(rung).where(rung.c.alert_id.in_(alert_ids)).order_by(rung.c.number))
    for row in rows.mappings():
        found[row["alert_id"]].append(_rung(row))
    return {alert_id: tuple(rungs) for alert_id, rungs in found.items()}


def plan_of(row: Any, rungs: tuple[Rung, ...]) -> Plan:
    """Return the plan that an alert's row and its rungs describe."""
    return Plan(rungs, row.current, row.is_complete, row.hours_are_provisional)


def _row(alert_id: str, step: Rung) -> dict[str, Any]:
    return {"alert_id": alert_id, **vars(step), "account_ids": list(step.account_ids)}


def _rung(row: Any) -> Rung:
    values = {name: value for name, value in row.items() if name != "alert_id"}
    return Rung(**{**values, "account_ids": tuple(row["account_ids"])})
