"""What no channel outside has brought to anybody, and the calls that were made then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from chassis.columns import length_of_list
from chassis.db import insert_new
from services.notify.models import alert, delivery, inbox_item, phone_call, unreached
from services.notify.queries.inbox import NOTE

# There was no channel to fail.
NO_CHANNEL = ("no_address", "no_device", "off", "suspended", "unknown_account")
TAKEN = ("acknowledged", "accepted")

_row, _call, _item = unreached.c, phone_call.c, inbox_item.c
_desk = length_of_list(alert.c.rungs)  # a ladder ends there
# That the desk reads what it is to call about does not mean that they were reached.
_was_read = (
    select(_item.item_id)
    .where(
        _item.alert_id == _row.alert_id,
        _item.kind == NOTE,
        _item.read_at.is_not(None),
        or_(_item.rung < _desk, _row.rung == _desk),
    )
    .exists()
)
# Nor that the desk has a letter of its own.
_went_out = (
    select(delivery.c.delivery_id)
    .where(
        delivery.c.alert_id == _row.alert_id,
        delivery.c.state == "sent",
        or_(delivery.c.rung < _desk, _row.rung == _desk),
    )
    .exists()
)
_had_a_channel = (
    select(delivery.c.delivery_id)
    .where(
        delivery.c.alert_id == _row.alert_id,
        delivery.c.rung == _row.rung,
        delivery.c.state == "failed",
        delivery.c.reason.not_in(NO_CHANNEL),
    )
    .exists()
)
# Whoever has no channel looks into the inbox, and has the time of the rung for it.
_had_their_time = or_(alert.c.current > _row.rung, alert.c.overdue_at.is_not(None))
# An office that cannot stays the desk's also when somebody at the desk has acknowledged.
_is_refused = and_(_row.refused_at.is_not(None), or_(alert.c.ended_as.is_(None), alert.c.ended_as.in_(TAKEN)))
# So one that somebody has answered is open all the same.
refused_though_answered = and_(
    _row.refused_at.is_not(None), _row.reached_at.is_(None), alert.c.ended_as.in_(TAKEN)
)
_is_out_of_reach = and_(
    _row.refused_at.is_(None),
    alert.c.ended_as.is_(None),
    ~_was_read,
    ~_went_out,
    or_(_had_a_channel, _had_their_time),
)
_is_listed = and_(_row.reached_at.is_(None), or_(_is_refused, _is_out_of_reach))
_found = select(unreached, _is_listed.label("is_listed"), *(c for c in alert.c if c.name != "alert_id")).join(
    alert, alert.c.alert_id == _row.alert_id
)


def add(tx: Connection, alert_id: str, rung: int, now: datetime) -> bool:
    """Note that nobody of a rung was reached; False when that is known of the alert already."""
    rows = [{"alert_id": alert_id, "rung": rung, "since": now}]
    return bool(insert_new(tx, unreached, rows, returning=_row.alert_id))


def listed(tx: Connection, desk_id: str | None, limit: int) -> list[Any]:
    """Return what is still to be dealt with, of one desk or (None) of all, the oldest first."""
    query = _found.where(_is_listed)
    if desk_id is not None:
        query = query.where(alert.c.desk_id == desk_id)
    return list(tx.execute(query.order_by(_row.since, _row.alert_id).limit(limit)))


def count(tx: Connection, desk_id: str | None) -> int:
    """Return how much is still to be dealt with, of one desk or (None) of all."""
    query = select(func.count()).select_from(unreached.join(alert, alert.c.alert_id == _row.alert_id))
    query = query.where(_is_listed)
    if desk_id is not None:
        query = query.where(alert.c.desk_id == desk_id)
    return int(tx.execute(query).scalar_one())


def find(tx: Connection, alert_id: str) -> Any | None:
    """Return one with its alert, or None."""
    return tx.execute(_found.where(_row.alert_id == alert_id)).first()


def mark_reached(tx: Connection, alert_id: str, now: datetime) -> None:
    """Take one from the list, unless its office has refused; the first time counts."""
    is_open = and_(_row.alert_id == alert_id, _row.reached_at.is_(None), _row.refused_at.is_(None))
    tx.execute(unreached.update().where(is_open).values(reached_at=now))


def close(tx: Connection, alert_id: str, now: datetime) -> None:
    """Take one from the list once somebody has spoken with its office, or has read its answer."""
    is_open = and_(_row.alert_id == alert_id, _row.reached_at.is_(None))
    tx.execute(unreached.update().where(is_open).values(reached_at=now))


def refuse(tx: Connection, alert_id: str, rung: int, now: datetime) -> None:
    """Put one on the list, since its office has sent back that it cannot."""
    add(tx, alert_id, rung, now)
    refused = unreached.update().where(_row.alert_id == alert_id)
    tx.execute(refused.values(rung=rung, since=now, refused_at=now, reached_at=None))


def keep_read(tx: Connection, alert_ids: Sequence[str], now: datetime) -> None:
    """Note as reached which of these somebody has read, before that is unread again."""
    read = select(_row.alert_id).join(alert, alert.c.alert_id == _row.alert_id)
    read = read.where(_row.alert_id.in_(alert_ids), _row.reached_at.is_(None), _was_read)
    for alert_id in list(tx.execute(read).scalars()):
        mark_reached(tx, alert_id, now)


def close_ended(tx: Connection, now: datetime) -> None:
    """Take from the list for good what was answered or recalled."""
    is_done = or_(_row.refused_at.is_(None), alert.c.ended_as.not_in(TAKEN))
    ended = select(alert.c.alert_id).where(
        alert.c.alert_id == _row.alert_id, alert.c.ended_as.is_not(None), is_done
    )
    tx.execute(unreached.update().where(_row.reached_at.is_(None), ended.exists()).values(reached_at=now))


def add_call(tx: Connection, values: dict[str, Any]) -> None:
    """Keep a call."""
    tx.execute(phone_call.insert(), values)


def calls_of(tx: Connection, alert_ids: Sequence[str]) -> list[Any]:
    """Return the calls about these alerts, oldest first."""
    theirs = select(phone_call).where(_call.alert_id.in_(alert_ids))
    return list(tx.execute(theirs.order_by(_call.called_at, _call.call_id)))


def failed_tries(tx: Connection, alert_ids: Sequence[str]) -> list[Any]:
    """Return the deliveries of these alerts that were given up, oldest first."""
    failed = select(delivery).where(delivery.c.alert_id.in_(alert_ids), delivery.c.state == "failed")
    return list(tx.execute(failed.order_by(delivery.c.queued_at, delivery.c.delivery_id)))
