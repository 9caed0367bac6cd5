"""Saving handoffs and what became of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    select,
    update,
)

from chassis.bulk import change_rows
from chassis.db import among, insert_late, insert_new
from chassis.ids import new_id
from services.sharing.domain.handoffs import Actor, Event, Handoff
from services.sharing.domain.ladder import Holder
from services.sharing.models import (
    handoff,
    handoff_event,
    handoff_holder,
    handoff_reader,
)
from services.sharing.queries.clauses import is_open

_ALL = select(handoff)


def lock_all(tx: Connection, ids: Iterable[str]) -> dict[str, Handoff]:
    """Return these handoffs by id, locked in one order so that two batches cannot wait for each other."""
    return _locked(tx, among(tx, handoff.c.handoff_id, sorted(set(ids))))


def lock_open_of_person(tx: Connection, person_id: str) -> list[Handoff]:
    """Return the person's open handoffs, locked."""
    return list(_locked(tx, and_(handoff.c.person_id == person_id, is_open(handoff))).values())


def lock_open_of_stay(tx: Connection, stay_id: str) -> list[Handoff]:
    """Return the stay's open handoffs, locked."""
    return list(_locked(tx, and_(handoff.c.stay_id == stay_id, is_open(handoff))).values())


def _locked(tx: Connection, which: Any) -> dict[str, Handoff]:
    rows = tx.execute(_ALL.where(which).order_by(handoff.c.handoff_id).with_for_update())
    return {row["handoff_id"]: Handoff(**row) for row in rows.mappings()}


def add(tx: Connection, new: Handoff) -> None:
    """Save a new handoff."""
    insert_late(tx, handoff, [vars(new)])


def save(tx: Connection, before: Handoff, after: Handoff) -> None:
    """Save what has changed."""
    new = {key: value for key, value in vars(after).items() if value != getattr(before, key)}
    if new:
        tx.execute(update(handoff).where(handoff.c.handoff_id == after.handoff_id).values(**new))


_LADDER = ("state", "delivered_at", "plan", "rungs", "rung", "next_at", "hours_are_provisional")


def save_ladders(tx: Connection, changed: list[Handoff]) -> None:
    """Save what facts of notify have changed, for many handoffs in one go."""
    rows = [
        {"handoff_id": each.handoff_id, **{name: getattr(each, name) for name in _LADDER}} for each in changed
    ]
    change_rows(tx, handoff, "handoff_id", rows)


def add_events(tx: Connection, events: Iterable[Event]) -> None:
    """Add lines to the history."""
    rows = [{"event_id": new_id(), **vars(event)} for event in events]
    insert_new(tx, handoff_event, rows)


def add_holders(tx: Connection, holders: Iterable[Holder]) -> None:
    """Save whom the ladder has reached; who was there already stays."""
    insert_new(tx, handoff_holder, [vars(holder) for holder in holders])


def add_reader(tx: Connection, handoff_id: str, who: Actor, at: datetime) -> None:
    """Remember who opened it, and when for the first time."""
    row = {
        "handoff_id": handoff_id,
        "account_id": who.account_id,
        "office_id": who.office_id,
        "name": who.name,
        "first_read_at": at,
    }
    insert_new(tx, handoff_reader, [row])


def history(tx: Connection, handoff_id: str) -> list[Event]:
    """Return what happened after the sending, as it was recorded."""
    wanted = [column for column in handoff_event.c if column.name != "event_id"]
    statement = select(*wanted).where(handoff_event.c.handoff_id == handoff_id)
    return [Event(**row) for row in tx.execute(statement.order_by(handoff_event.c.event_id)).mappings()]


def readers(tx: Connection, handoff_id: str) -> Sequence[RowMapping]:
    """Return who of the receiving side has opened it."""
    statement = select(handoff_reader).where(handoff_reader.c.handoff_id == handoff_id)
    return tx.execute(statement.order_by(handoff_reader.c.first_read_at)).mappings().all()
