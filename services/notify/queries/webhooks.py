"""Webhooks of offices, and what is on its way to each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, literal_column, select

from chassis.db import insert_new
from chassis.ids import new_id
from services.notify.models import alert, webhook, webhook_delivery, webhook_event

_hook, _row = webhook.c, webhook_delivery.c
# Written into the statement, for the partial index.
_QUEUED = literal_column("'queued'")


def add(tx: Connection, values: dict[str, Any]) -> bool:
    """Save a new webhook; False when the office has one to the same address."""
    insert_new(tx, webhook, [values])
    return find(tx, values["webhook_id"]) is not None


def find(tx: Connection, webhook_id: str) -> Any | None:
    """Return one webhook, or None."""
    return tx.execute(select(webhook).where(_hook.webhook_id == webhook_id)).first()


def are_there_any(tx: Connection) -> bool:
    """Return whether any office has a webhook."""
    return tx.execute(select(_hook.webhook_id).limit(1)).first() is not None


def count(tx: Connection, office_id: str) -> int:
    """Return how many webhooks an office has."""
    return int(tx.execute(select(func.count()).where(_hook.office_id == office_id)).scalar_one())


def list_of(tx: Connection, office_id: str) -> list[Any]:
    """Return the webhooks of an office, oldest first."""
    return list(tx.execute(select(webhook).where(_hook.office_id == office_id).order_by(_hook.webhook_id)))


def waiting(tx: Connection, webhook_ids: Iterable[str]) -> dict[str, int]:
    """Return how many messages wait, by webhook."""
    is_theirs = _row.webhook_id.in_(list(webhook_ids)), _row.state == _QUEUED
    counted = select(_row.webhook_id, func.count()).where(*is_theirs).group_by(_row.webhook_id)
    return {webhook_id: number for webhook_id, number in tx.execute(counted)}


def change(tx: Connection, webhook_id: str, **values: Any) -> None:
    """Change some columns of one webhook."""
    tx.execute(webhook.update().where(_hook.webhook_id == webhook_id).values(values))


def remove(tx: Connection, webhook_id: str) -> None:
    """Forget a webhook with its secret and everything that was to go there."""
    # Locked first, as by whoever records a message.
    tx.execute(select(_hook.webhook_id).where(_hook.webhook_id == webhook_id).with_for_update())
    tx.execute(webhook_delivery.delete().where(_row.webhook_id == webhook_id))
    tx.execute(webhook.delete().where(_hook.webhook_id == webhook_id))


# From what happened to what is to be sent ---------------------------------------------------------


def note_events(tx: Connection, events: Sequence[dict[str, Any]]) -> None:
    """Remember what happened to handoffs."""
    insert_new(tx, webhook_event, list(events))


def forget_events(tx: Connection, before: datetime) -> None:
    """Drop what happened before that moment and whose note has not come."""
    tx.execute(webhook_event.delete().where(webhook_event.c.happened_at < before))


def take_events(tx: Connection, limit: int) -> list[Any]:
    """Take events whose note is known, with the offices that they concern; they are removed."""
    event = webhook_event.c
    found = list(
        tx.execute(
            select(webhook_event, alert.c.code, alert.c.from_office_id, alert.c.to_office_id)
            .join(alert, and_(alert.c.handoff_id == event.handoff_id, alert.c.raised_at.is_not(None)))
            .order_by(event.happened_at, event.event_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=webhook_event)
        )
    )
    if found:
        tx.execute(webhook_event.delete().where(event.event_id.in_([row.event_id for row in found])))
    return found


def of_offices(tx: Connection, office_ids: Iterable[str | None]) -> list[Any]:
    """Return the webhooks of these offices that are not gone."""
    wanted = sorted({office_id for office_id in office_ids if office_id})
    if not wanted:
        return []
    return list(tx.execute(select(webhook).where(_hook.office_id.in_(wanted), _hook.state != "gone")))


def queue(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue messages; each is due at once."""
    if rows:
        tx.execute(webhook_delivery.insert(), list(rows))


def try_now(tx: Connection, webhook_id: str, now: datetime) -> None:
    """Let what waits for its next try be due at once."""
    is_its = _row.webhook_id == webhook_id, _row.state == _QUEUED, _row.next_try_at.is_not(None)
    tx.execute(webhook_delivery.update().where(*is_its).values(next_try_at=now))


# What became of it -------------------------------------------------------------------------------


def record_test(tx: Connection, delivery_id: str, **values: Any) -> None:
    """Note what became of a test, unless it was given up meanwhile."""
    waits = _row.delivery_id == delivery_id, _row.state == _QUEUED
    tx.execute(webhook_delivery.update().where(*waits).values(attempts=1, **values))


def fail_queued(tx: Connection, webhook_id: str, reason: str) -> None:
    """Give up everything that waits for a webhook."""
    waits = _row.webhook_id == webhook_id, _row.state == _QUEUED
    tx.execute(
        webhook_delivery.update().where(*waits).values(state="failed", next_try_at=None, reason=reason)
    )


def fail_old(tx: Connection, before: datetime) -> int:
    """Give up what has waited since before that moment; returns how many messages."""
    is_old = _row.state == _QUEUED, _row.queued_at <= before
    given_up = {"state": "failed", "next_try_at": None, "reason": func.coalesce(_row.reason, "paused")}
    return tx.execute(webhook_delivery.update().where(*is_old).values(given_up)).rowcount


def deliveries_of(tx: Connection, webhook_id: str, limit: int) -> list[Any]:
    """Return the last messages of a webhook, newest first."""
    statement = select(webhook_delivery).where(_row.webhook_id == webhook_id)
    return list(tx.execute(statement.order_by(_row.delivery_id.desc()).limit(limit)))


def forget_old(tx: Connection, before: datetime) -> None:
    """Drop messages that were done with before that moment."""
    tx.execute(webhook_delivery.delete().where(_row.state != _QUEUED, _row.queued_at < before))


def find_delivery(tx: Connection, delivery_id: str) -> Any | None:
    """Return one message with the address and secret of its webhook, or None."""
    joined = select(webhook_delivery, _hook.url, _hook.secret)
    joined = joined.join(webhook, _hook.webhook_id == _row.webhook_id)
    return tx.execute(joined.where(_row.delivery_id == delivery_id)).first()


def message(webhook_id: str, what: str, happened_at: datetime, now: datetime, **more: Any) -> dict[str, Any]:
    """Return a new row of `webhook_delivery` that is due at once."""
    return {
        "delivery_id": new_id(),
        "webhook_id": webhook_id,
        "handoff_id": None,
        "code": "",
        "what": what,
        "happened_at": happened_at,
        "state": "queued",
        "attempts": 0,
        "queued_at": now,
        "next_try_at": now,
        **more,
    }
