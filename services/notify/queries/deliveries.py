"""Deliveries by channels outside, and the log of every try."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select, true

from chassis import trace
from chassis.figures import first_id_within
from chassis.ids import new_id
from services.notify.channels.email import BOUNCED, MAILBOX_REFUSED
from services.notify.domain import Rung
from services.notify.models import alert, delivery, delivery_log, office

_row = delivery.c
# Written into the statement: a partial index is of no use for a value that only the execution brings.
QUEUED = literal_column("'queued'")
_FAILED = literal_column("'failed'")
# So many people's mailboxes do not die within minutes: then it is the server that refuses.
_MANY_REFUSED = 5
_WITHIN = timedelta(minutes=10)


def queue(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue deliveries."""
    for row in rows:
        trace.keep(row["delivery_id"])
    if rows:
        tx.execute(delivery.insert(), list(rows))


def find_queued(tx: Connection, delivery_ids: Sequence[str]) -> list[Any]:
    """Return deliveries with what their letters say, oldest first; those cancelled meanwhile are left out."""
    found = (
        select(delivery, alert.c.code, alert.c.urgency, alert.c.municipality, alert.c.stay_id, office.c.name)
        .join(alert, alert.c.alert_id == _row.alert_id)
        .outerjoin(office, office.c.office_id == alert.c.from_office_id)
        .where(_row.delivery_id.in_(delivery_ids), _row.state == QUEUED)
    )
    return list(tx.execute(found.order_by(_row.queued_at, _row.delivery_id)))


def record_sent(tx: Connection, delivery_ids: Sequence[str], now: datetime, letter_id: str) -> None:
    """Note that a letter was taken, also what was cancelled while it was on its way."""
    taken = {"state": "sent", "sent_at": now, "next_try_at": None, "leased_until": None, "reason": None}
    these = delivery.update().where(_row.delivery_id.in_(delivery_ids))
    tx.execute(these.values(taken | {"letter_id": letter_id}))
    log(tx, delivery_ids, now, "sent", None)


def record_delayed(
    tx: Connection, delivery_id: str, now: datetime, next_try_at: datetime, reason: str
) -> None:
    """Note a passing fault; the delivery is tried again unless it was cancelled meanwhile."""
    _change(tx, delivery_id, next_try_at=next_try_at, leased_until=None, reason=reason)
    log(tx, [delivery_id], now, "delayed", reason)


def record_failed(tx: Connection, delivery_id: str, now: datetime, reason: str) -> bool:
    """Note that a delivery is given up; False when it was cancelled meanwhile."""
    log(tx, [delivery_id], now, "failed", reason)
    return _change(tx, delivery_id, state="failed", next_try_at=None, leased_until=None, reason=reason)


def cancel(
    tx: Connection,
    alert_id: str,
    now: datetime,
    reason: str,
    *,
    rung: Rung | None = None,
    only: ColumnElement[bool] | None = None,
) -> list[str]:
    """Cancel what was not sent yet of an alert, on every channel, or `only` such; returns the ids.

    Of a rung only what its own people were to get: a colleague to whom it was handed on has to hear.
    """
    which = true() if only is None else only
    of_rung = and_(_row.rung == rung.number, _row.account_id.in_(rung.account_ids)) if rung else true()
    cancelled = list(
        tx.execute(
            delivery.update()
            .where(and_(_row.alert_id == alert_id, _row.state == QUEUED, of_rung, which))
            .values(state="cancelled", next_try_at=None, reason=reason)
            .returning(_row.delivery_id)
        ).scalars()
    )
    log(tx, cancelled, now, "cancelled", reason)
    return cancelled


def deliveries_of(tx: Connection, alert_id: str) -> list[Any]:
    """Return the deliveries of an alert, oldest first."""
    order = (_row.queued_at, _row.rung, _row.delivery_id)
    return list(tx.execute(select(delivery).where(_row.alert_id == alert_id).order_by(*order)))


def beside(tx: Connection, row: Any) -> list[Any]:
    """Return what else the person of a delivery was sent about the same rung, at its time or later."""
    others = and_(_of_same(row), _row.queued_at >= row.queued_at, _row.delivery_id != row.delivery_id)
    return list(tx.execute(select(delivery).where(others)))


def channels_failed(tx: Connection, row: Any) -> set[str]:
    """Return the channels by which the person of a delivery could ever not be told about the same rung."""
    failed = and_(_of_same(row), _row.state == "failed")
    return set(tx.execute(select(_row.channel).where(failed)).scalars())


def _of_same(row: Any) -> ColumnElement[bool]:
    return and_(*(_row[name] == getattr(row, name) for name in ("alert_id", "rung", "account_id")))


def are_any_open_or_sent(tx: Connection, alert_id: str, rung: int) -> bool:
    """Return whether somebody of a rung was reached outside, or still may be."""
    good = select(_row.delivery_id).where(
        _row.alert_id == alert_id, _row.rung == rung, _row.state.in_(("queued", "sent"))
    )
    return tx.execute(good.limit(1)).first() is not None


def reasons(tx: Connection, alert_id: str, rung: int) -> set[str]:
    """Return why deliveries of a rung were given up."""
    failed = and_(_row.alert_id == alert_id, _row.rung == rung, _row.state == "failed")
    return set(tx.execute(select(_row.reason).where(failed)).scalars())


def are_many_refused(tx: Connection) -> bool:
    """Return whether so many people's mailboxes were refused of late that the server must be at fault."""
    logged = delivery_log.c
    lately = and_(
        logged.log_id >= first_id_within(_WITHIN),
        logged.outcome == _FAILED,
        logged.reason.in_((MAILBOX_REFUSED, BOUNCED)),
    )
    people = select(func.count(_row.account_id.distinct())).select_from(delivery_log.join(delivery))
    return bool(tx.execute(people.where(lately)).scalar_one() >= _MANY_REFUSED)


def _change(tx: Connection, delivery_id: str, **values: Any) -> bool:
    is_queued = and_(_row.delivery_id == delivery_id, _row.state == QUEUED)
    return tx.execute(delivery.update().where(is_queued).values(values)).rowcount > 0


def log(tx: Connection, delivery_ids: Sequence[str], at: datetime, outcome: str, reason: str | None) -> None:
    """Note what became of a try."""
    rows = [
        {"log_id": new_id(), "delivery_id": id, "at": at, "outcome": outcome, "reason": reason}
        for id in delivery_ids
    ]
    if rows:
        tx.execute(delivery_log.insert(), rows)
