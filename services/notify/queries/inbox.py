"""Inboxes: what each reader has, numbered without a gap."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from chassis.bulk import count_on
from chassis.db import insert_late, insert_new
from chassis.ids import new_id
from services.notify.models import alert, inbox_item, reader

NOTE = "discharge_note"
ANSWER = "answer"

_item = inbox_item.c
_waits = and_(_item.kind == NOTE, alert.c.ended_as.is_(None), _item.rung >= alert.c.current)
# What was recalled vanishes, except for those who have read it: they see that it is void.
_shown = or_(alert.c.ended_as.is_(None), alert.c.ended_as != "recalled", _item.read_at.is_not(None))


@dataclass(frozen=True)
class NewItem:
    """One alert for one reader, not numbered yet."""

    reader: str
    alert_id: str
    handoff_id: str
    kind: str
    office_id: str | None
    arrived_at: datetime
    rung: int = 0
    role: str = ""
    about: str = ""
    # Not kept: what open pages are told, and whether as something new or only as a change.
    state: str = ""
    is_loud: bool = True


_NOT_KEPT = ("handoff_id", "state", "is_loud")


def add_items(tx: Connection, items: Sequence[NewItem]) -> list[tuple[NewItem, int]]:
    """Put items into their inboxes unless they are there; returns the new ones with their numbers."""
    return _number(tx, _without_known(tx, items), insert_new)


def number_items(tx: Connection, new: Sequence[NewItem]) -> list[tuple[NewItem, int]]:
    """Put items that are surely new into their inboxes, late; returns each with its number."""
    return _number(tx, new, insert_late)


def _number(tx: Connection, new: Sequence[NewItem], insert: Callable[..., Any]) -> list[tuple[NewItem, int]]:
    if not new:
        return []
    next_seq = _take_numbers(tx, Counter(item.reader for item in new))
    numbered, rows = [], []
    for item in new:
        seq = next_seq[item.reader]
        next_seq[item.reader] += 1
        numbered.append((item, seq))
        values = {name: value for name, value in vars(item).items() if name not in _NOT_KEPT}
        rows.append({"item_id": new_id(), "seq": seq, "read_at": None, **values})
    insert(tx, inbox_item, rows)
    return numbered


def _without_known(tx: Connection, items: Sequence[NewItem]) -> list[NewItem]:
    """The alerts are locked or new in this transaction, so nobody adds to them meanwhile."""
    alert_ids = sorted({item.alert_id for item in items})
    columns = (_item.alert_id, _item.reader, _item.kind, _item.about)
    known = {tuple(row) for row in tx.execute(select(*columns).where(_item.alert_id.in_(alert_ids)))}
    distinct = {(item.alert_id, item.reader, item.kind, item.about): item for item in items}
    return [item for key, item in distinct.items() if key not in known]


def _take_numbers(tx: Connection, counts: Counter[str]) -> dict[str, int]:
    """Return the first free number of each reader and hold their counters until the commit."""
    # One order for everybody, so that two batches cannot wait for each other.
    rows = [{"reader": name, "last_seq": counts[name]} for name in sorted(counts)]
    taken = count_on(tx, reader, "reader", "last_seq", rows)
    return {name: last - counts[name] + 1 for name, last in taken.items()}


def readers_of(tx: Connection, alert_id: str) -> list[str]:
    """Return everybody in whose inbox this alert is."""
    found = tx.execute(select(_item.reader).where(_item.alert_id == alert_id).distinct())
    return sorted(found.scalars())


def list_items(
    tx: Connection, name: str, office_id: str, *, after_seq: int | None, offset: int, limit: int
) -> list[Any]:
    """Return items of a reader at one office: what waits, the soonest due first, and then the newest first.

    With `after_seq` only later items, oldest first.
    """
    columns = [column for column in alert.c if column.name != "alert_id"]
    query = (
        select(inbox_item, *columns, _waits.label("waits"))
        .join(alert, alert.c.alert_id == _item.alert_id)
        .where(_item.reader == name, _item.office_id == office_id, _shown)
    )
    if after_seq is None:
        due = case((_waits, alert.c.next_at)).nulls_last()
        query = query.order_by(case((_waits, 0), else_=1), due, _item.seq.desc()).offset(offset)
    else:
        query = query.where(_item.seq > after_seq).order_by(_item.seq)
    return list(tx.execute(query.limit(limit)))


def count_items(tx: Connection, name: str, office_id: str) -> tuple[int, int]:
    """Return how many items wait for an answer and how many are unread."""
    waiting = func.count().filter(_waits)
    unread = func.count().filter(_item.read_at.is_(None))
    row = tx.execute(
        select(waiting, unread)
        .select_from(inbox_item.join(alert, alert.c.alert_id == _item.alert_id))
        .where(_item.reader == name, _item.office_id == office_id, _shown)
    ).one()
    return row[0], row[1]


def last_seq(tx: Connection, name: str) -> int:
    """Return the number that this reader was given last; 0 before the first."""
    return tx.execute(select(reader.c.last_seq).where(reader.c.reader == name)).scalar() or 0


def mark_read(tx: Connection, handoff_id: str, readers: Sequence[str], now: datetime) -> None:
    """Note that these readers have read what they hold about a handoff; the first time counts."""
    mine = select(alert.c.alert_id).where(alert.c.handoff_id == handoff_id).scalar_subquery()
    tx.execute(
        inbox_item.update()
        .where(_item.alert_id == mine, _item.reader.in_(readers), _item.read_at.is_(None))
        .values(read_at=now)
    )


def items_of(tx: Connection, alert_id: str) -> list[Any]:
    """Return the items by which people were asked to answer this alert, in order of arrival."""
    return list(
        tx.execute(
            select(inbox_item)
            .where(_item.alert_id == alert_id, _item.kind == NOTE)
            .order_by(_item.arrived_at, _item.reader)
        )
    )
