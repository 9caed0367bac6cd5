"""Whose turn it is: one process at a time sends to a webhook, one message after the other.

The lease is the webhook's, not the message's. So a slow address holds up only itself, its pause counts
from the next message on, and whoever has lost the lease records nothing. Leases are real time, also where
the clock may be moved: they protect a send that is under way.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, literal_column, or_, select

from services.notify.models import webhook, webhook_delivery

_hook, _row = webhook.c, webhook_delivery.c
# Written into the statement, for the partial index.
_QUEUED = literal_column("'queued'")
_LOOKED_AT = 1000


def waiting_for_a_turn(tx: Connection, now: datetime) -> list[Any]:
    """Return (webhook_id, url) of webhooks that have something due and no turn, the longest ago first."""
    due = select(_row.webhook_id).where(_row.state == _QUEUED, _row.next_try_at <= now)
    found = select(_hook.webhook_id, _hook.url).where(_hook.webhook_id.in_(due), _is_free(), *_goes_on(now))
    return list(
        tx.execute(found.order_by(_hook.leased_until.nulls_first(), _hook.webhook_id).limit(_LOOKED_AT))
    )


def begin(tx: Connection, webhook_ids: Sequence[str], lease: str, lasts: timedelta) -> list[str]:
    """Give turns to these under one lease; returns those that nobody else was faster with."""
    if not webhook_ids:
        return []
    # The loop runs in every replica; SKIP LOCKED keeps two from waiting for each other.
    free = select(_hook.webhook_id).where(_hook.webhook_id.in_(list(webhook_ids)), _is_free())
    free = free.order_by(_hook.webhook_id).with_for_update(skip_locked=True)
    taken = webhook.update().where(_hook.webhook_id.in_(free)).returning(_hook.webhook_id)
    return list(tx.execute(taken.values(lease=lease, leased_until=datetime.now(UTC) + lasts)).scalars())


def next_message(tx: Connection, webhook_id: str, lease: str, now: datetime, lasts: timedelta) -> Any | None:
    """Return the next message with its address and secret, and renew the lease.

    None when nothing is due, when the webhook was paused, rests or is gone, or when the turn is another's.
    """
    goes_on = webhook.update().where(*_is_held(webhook_id, lease), *_goes_on(now))
    if not tx.execute(goes_on.values(leased_until=datetime.now(UTC) + lasts)).rowcount:
        return None
    due = _row.webhook_id == webhook_id, _row.state == _QUEUED, _row.next_try_at <= now
    message = select(webhook_delivery, _hook.url, _hook.secret)
    message = message.join(webhook, _hook.webhook_id == _row.webhook_id).where(*due)
    return tx.execute(message.order_by(_row.next_try_at, _row.delivery_id).limit(1)).first()


def held(tx: Connection, webhook_id: str, lease: str) -> Any | None:
    """Return the webhook, locked, or None when the turn is another's by now."""
    return tx.execute(
        select(webhook).where(*_is_held(webhook_id, lease)).with_for_update(key_share=True)
    ).first()


def record(tx: Connection, delivery_id: str, **values: Any) -> None:
    """Note what became of one try, unless the message was given up meanwhile. The webhook is `held`."""
    waits = _row.delivery_id == delivery_id, _row.state == _QUEUED
    tx.execute(webhook_delivery.update().where(*waits).values(attempts=_row.attempts + 1, **values))


def end(tx: Connection, webhook_id: str, lease: str) -> None:
    """Give the turn back, if it is still one's own; when that was says who comes first next time."""
    over = {"lease": None, "leased_until": datetime.now(UTC)}
    tx.execute(webhook.update().where(*_is_held(webhook_id, lease)).values(over))


def _is_free() -> Any:
    return or_(_hook.leased_until.is_(None), _hook.leased_until <= datetime.now(UTC))


def _is_held(webhook_id: str, lease: str) -> tuple[Any, ...]:
    return _hook.webhook_id == webhook_id, _hook.lease == lease


def _goes_on(now: datetime) -> tuple[Any, ...]:
    return _hook.state == "on", or_(_hook.rest_until.is_(None), _hook.rest_until <= now)
