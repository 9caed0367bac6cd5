"""Inboxes: what each reader has, numbered without a gap."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from chassis.bulk import count_on
from chassis.db import insert_late, insert_new
from chassis.ids import new_id
from services.notify.models import alert, inbox_item, reader

NOTE = "discharge_note"
ANSWER = "answer"

_item = inbox_item.c


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


def is_read_by(tx: Connection, alert_id: str, readers: Sequence[str]) -> bool:
    """Return whether any of these readers has read what they were asked."""
    asked = (_item.alert_id == alert_id) & (_item.kind == NOTE) & _item.reader.in_(readers)
    return tx.execute(select(_item.item_id).where(asked, _item.read_at.is_not(None))).first() is not None


def alerts_of(tx: Connection, item_ids: Sequence[str], readers: Sequence[str]) -> list[str]:
    """Return of which alerts these items of these readers are."""
    own = select(_item.alert_id).where(_item.item_id.in_(item_ids), _item.reader.in_(readers))
    return list(tx.execute(own.distinct()).scalars())


def mark_read(tx: Connection, handoff_id: str, readers: Sequence[str], now: datetime) -> None:
    """Note that these readers have read what they hold about a handoff; the first time counts."""
    mine = select(alert.c.alert_id).where(alert.c.handoff_id == handoff_id).scalar_subquery()
    tx.execute(
        inbox_item.update()
        .where(_item.alert_id == mine, _item.reader.in_(readers), _item.read_at.is_(None))
        .values(read_at=now)
    )


def mark_items(
    tx: Connection, item_ids: Sequence[str], readers: Sequence[str], read_at: datetime | None
) -> list[str]:
    """Mark items of these readers as read, or as unread with None; returns the reader of each that changed.

    What was recalled stays read: it is shown only because somebody has read it.
    """
    own = inbox_item.update().where(_item.item_id.in_(item_ids), _item.reader.in_(readers))
    if read_at:
        own = own.where(_item.read_at.is_(None))
    else:
        ended = select(alert.c.ended_as).where(alert.c.alert_id == _item.alert_id).scalar_subquery()
        own = own.where(_item.read_at.is_not(None), or_(ended.is_(None), ended != "recalled"))
    return list(tx.execute(own.values(read_at=read_at).returning(_item.reader)).scalars())


def items_of(tx: Connection, alert_id: str) -> list[Any]:
    """Return the items by which people were asked to answer this alert, in order of arrival."""
    return list(
        tx.execute(
            select(inbox_item)
            .where(_item.alert_id == alert_id, _item.kind == NOTE)
            .order_by(_item.arrived_at, _item.reader)
        )
    )
