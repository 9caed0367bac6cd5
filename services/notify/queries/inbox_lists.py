"""What is in an inbox: lists that are narrowed, and counts that are true. Fast for many thousand items."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, not_, or_, select

from chassis.clock import TOKYO
from services.notify.models import alert, inbox_item, reader
from services.notify.queries.inbox import NOTE

_item = inbox_item.c
waits = and_(_item.kind == NOTE, alert.c.ended_as.is_(None), _item.rung >= alert.c.current)
# What was recalled vanishes, except for those who have read it: they see that it is void.
_shown = or_(alert.c.ended_as.is_(None), alert.c.ended_as != "recalled", _item.read_at.is_not(None))
# As a literal: a plan that is made for every value would not use ix_alert_recalled.
is_recalled = alert.c.ended_as == literal_column("'recalled'")
_rows = inbox_item.join(alert, alert.c.alert_id == _item.alert_id)
_SENDERS_AMONG = 1_000
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)

Conditions = Sequence[ColumnElement[bool]]


def of_reader(name: str, office_id: str, account_id: str, wanted: Mapping[str, Any]) -> Conditions:
    """Return what an item has to be to stand in a list; `wanted` is a loaded `ListInbox`."""
    found: list[ColumnElement[bool]] = [_item.reader == name, _item.office_id == office_id, _shown]
    if wanted["show"] == "waiting":
        found.append(waits)
    if wanted["show"] == "unread":
        found.append(_item.read_at.is_(None))
    if wanted["show"] == "mine":
        found += [waits, _is_held_by(account_id, office_id)]
    return found + _narrowed(wanted)


def _narrowed(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted["urgency"]:
        found.append(alert.c.urgency == wanted["urgency"])
    if wanted["from_office_id"]:
        found.append(alert.c.from_office_id == wanted["from_office_id"])
    if wanted["arrived_from"]:
        found.append(_item.arrived_at >= midnight(wanted["arrived_from"]))
    if wanted["arrived_until"]:
        found.append(_item.arrived_at < midnight(wanted["arrived_until"]) + timedelta(days=1))
    return found


def midnight(day: date) -> datetime:
    """Return when a day begins in Japan; one that no database could compare becomes one that it can."""
    return datetime.combine(min(max(day, _FIRST_DAY), _LAST_DAY), time(), TOKYO)


def _is_held_by(account_id: str, office_id: str) -> ColumnElement[bool]:
    return and_(alert.c.held_by == account_id, alert.c.held_for_office_id == office_id)


def is_narrowed(wanted: Mapping[str, Any]) -> bool:
    """Return whether a list is narrowed by more than `show`."""
    return bool(_narrowed(wanted))


def list_page(tx: Connection, these: Conditions, waiting: int, offset: int, limit: int) -> list[Any]:
    """Return what waits, the soonest due first, and then the newest first.

    Two lists rather than one that is sorted: each comes in the order of an index. `waiting` is how many
    of these wait.
    """
    rows = list_waiting(tx, these, offset, limit) if offset < waiting else []
    if len(rows) < limit:
        newest = _items(these, not_(waits)).order_by(_item.seq.desc())
        rows += tx.execute(newest.offset(max(0, offset - waiting)).limit(limit - len(rows)))
    return rows


def list_waiting(tx: Connection, these: Conditions, offset: int, limit: int) -> list[Any]:
    """Return what waits of these, the soonest due first."""
    # Beyond a calendar that never opens nothing is due: that comes last.
    soonest = _items(these, waits).order_by(alert.c.next_at.nulls_last(), _item.seq.desc())
    return list(tx.execute(soonest.offset(offset).limit(limit)))


def list_after(tx: Connection, these: Conditions, after_seq: int, limit: int) -> list[Any]:
    """Return items with a greater number, oldest first."""
    return list(tx.execute(_items(these, _item.seq > after_seq).order_by(_item.seq).limit(limit)))


def _items(these: Conditions, *more: ColumnElement[bool]) -> Select[Any]:
    columns = [column for column in alert.c if column.name != "alert_id"]
    return select(inbox_item, *columns, waits.label("waits")).select_from(_rows).where(*these, *more)


def count(tx: Connection, these: Conditions, *more: ColumnElement[bool]) -> int:
    """Return how many items are so."""
    return tx.execute(select(func.count()).select_from(_rows).where(*these, *more)).scalar_one()


def counts(tx: Connection, name: str, office_id: str, account_id: str) -> dict[str, int]:
    """Return how many of a reader's items wait, are unread, and wait with `account_id` being at it."""
    own = (_item.reader == name, _item.office_id == office_id)
    mine = func.count().filter(_is_held_by(account_id, office_id))
    waiting = select(func.count(), mine).select_from(_rows).where(*own, waits)
    in_all, held = tx.execute(waiting).one()
    return {"waiting": in_all, "unread": _unread(tx, own), "mine": held}


def _unread(tx: Connection, own: Conditions) -> int:
    """Count by the index alone, less the few that were recalled before anybody read them."""
    unread = (*own, _item.read_at.is_(None))
    all_of_them = tx.execute(select(func.count()).select_from(inbox_item).where(*unread)).scalar_one()
    return all_of_them - count(tx, unread, is_recalled)


def last_seq(tx: Connection, name: str) -> int:
    """Return the number that this reader was given last; 0 before the first."""
    return tx.execute(select(reader.c.last_seq).where(reader.c.reader == name)).scalar() or 0


def senders(tx: Connection, name: str, office_id: str) -> list[str]:
    """Return the offices from which the newest items came."""
    newest = (
        select(_item.alert_id)
        .where(_item.reader == name, _item.office_id == office_id)
        .order_by(_item.seq.desc())
        .limit(_SENDERS_AMONG)
        .subquery()
    )
    found = select(alert.c.from_office_id).join(newest, newest.c.alert_id == alert.c.alert_id).distinct()
    return sorted(id for id in tx.execute(found).scalars() if id)
