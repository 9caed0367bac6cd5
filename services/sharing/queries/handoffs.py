"""Handoffs: reading them with all that decides who may, and saving what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    union,
    update,
)

from chassis.auth import Caller
from chassis.db import insert_new
from chassis.ids import new_id
from services.sharing.domain.access import Team, side_of
from services.sharing.domain.handoffs import OPEN, Actor, Event, Handoff
from services.sharing.domain.ladder import Holder
from services.sharing.domain.stays import Stay
from services.sharing.models import (
    handoff,
    handoff_event,
    handoff_holder,
    handoff_reader,
    office,
    person,
    stay,
    team_member,
)
from services.sharing.queries.clauses import has_consent, is_care_manager, is_on_team

_ALL = select(handoff)
_PERSON = [column for column in person.c if column.name not in ("person_id", "municipality")]


@dataclass(frozen=True)
class Found:
    """A handoff with its stay and person, and from which side the caller sees it ("" = not at all)."""

    handoff: Handoff
    stay: Stay
    person: dict[str, Any]
    side: str
    has_consent: bool


def find(tx: Connection, handoff_id: str, caller: Caller, day: date, *, lock: bool = False) -> Found | None:
    """Return a handoff as this caller may see it, else None; with `lock` nobody else changes it meanwhile."""
    statement = _statement(day).where(handoff.c.handoff_id == handoff_id)
    found = _found(tx, statement.with_for_update(of=handoff) if lock else statement, caller)
    return found[0] if found else None


def board_sent(tx: Connection, caller: Caller, day: date, since: datetime) -> list[Found]:
    """Return what the caller's hospital has sent: all that is open, and what ended lately."""
    mine = handoff.c.from_office_id == caller.office_id
    return _found(tx, _latest(_statement(day).where(mine, _is_shown(since))), caller)


def board_received(
    tx: Connection, caller: Caller, day: date, since: datetime, ids: list[str] | None
) -> list[Found]:
    """Return what the caller may read on the receiving side, except what was taken back or replaced."""
    gone = handoff.c.state.in_(("recalled", "superseded"))
    near = handoff.c.handoff_id.in_(
        _near(caller, _is_shown(since) if ids is None else handoff.c.handoff_id.in_(ids))
    )
    return _found(
        tx, _latest(_statement(day).where(near, ~gone, has_consent(handoff.c.person_id, day))), caller
    )


def _near(caller: Caller, which: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Return the ids of all that may concern the caller; `side_of` decides.

    A union, since each part has an index of its own; joined by OR they would have none.
    """
    id, mine = select(handoff.c.handoff_id).where(which), caller.office_id
    named = exists().where(
        handoff_holder.c.handoff_id == handoff.c.handoff_id, handoff_holder.c.office_id == mine
    )
    accompanied = select(team_member.c.person_id).where(
        is_care_manager(team_member, team_member.c.person_id),
        team_member.c.office_id == mine,
        team_member.c.account_id == caller.account_id,
    )
    return union(
        id.where(handoff.c.to_office_id == mine),
        id.where(handoff.c.desk_id == mine, or_(handoff.c.to_office_id.is_(None), named)),
        id.where(handoff.c.person_id.in_(accompanied)),
    )


_CARE_MANAGER = team_member.alias("manager")


def _statement(day: date) -> Select[Any]:
    manager = is_care_manager(_CARE_MANAGER, handoff.c.person_id)
    return select(
        handoff,
        *(column.label(f"stay__{column.name}") for column in stay.c),
        *_PERSON,
        _CARE_MANAGER.c.office_id.label("care_office_id"),
        _CARE_MANAGER.c.account_id.label("care_manager_id"),
        office.c.manager_id,
        has_consent(handoff.c.person_id, day).label("has_consent"),
        is_on_team(handoff.c.person_id, handoff.c.to_office_id).label("office_is_on_team"),
    ).select_from(
        handoff.join(stay, stay.c.stay_id == handoff.c.stay_id)
        .join(person, person.c.person_id == handoff.c.person_id)
        .outerjoin(_CARE_MANAGER, manager)
        .outerjoin(office, office.c.office_id == handoff.c.to_office_id)
    )


def _is_shown(since: datetime) -> ColumnElement[bool]:
    return or_(handoff.c.state.in_(sorted(OPEN)), handoff.c.sent_at >= since)


def _latest(statement: Select[Any]) -> Select[Any]:
    return statement.order_by(handoff.c.sent_at.desc()).limit(300)


def _found(tx: Connection, statement: Select[Any], caller: Caller) -> list[Found]:
    rows = tx.execute(statement).mappings().all()
    holders = _holders(tx, [row["handoff_id"] for row in rows if row["from_office_id"] != caller.office_id])
    found = (_seen_by(caller, row, holders.get(row["handoff_id"], [])) for row in rows)
    return [each for each in found if each.side]


def _seen_by(caller: Caller, row: RowMapping, holders: list[tuple[str, str | None]]) -> Found:
    team = Team(
        has_consent=row["has_consent"],
        office_ids=frozenset([row["to_office_id"]] if row["office_is_on_team"] else []),
        care_manager=(row["care_office_id"], row["care_manager_id"]),
        manager_id=row["manager_id"],
    )
    told = Handoff(**{column.name: row[column.name] for column in handoff.c})
    return Found(
        handoff=told,
        stay=Stay(**{column.name: row[f"stay__{column.name}"] for column in stay.c}),
        person={column.name: row[column.name] for column in _PERSON}
        | {"person_id": told.person_id, "municipality": told.municipality},
        side=side_of(caller, told, team, holders),
        has_consent=team.has_consent,
    )


def _holders(tx: Connection, ids: list[str]) -> dict[str, list[tuple[str, str | None]]]:
    if not ids:
        return {}
    rows = tx.execute(select(handoff_holder).where(handoff_holder.c.handoff_id.in_(ids)))
    holders: dict[str, list[tuple[str, str | None]]] = {}
    for row in rows:
        holders.setdefault(row.handoff_id, []).append((row.office_id, row.account_id))
    return holders


def lock_all(tx: Connection, ids: Iterable[str]) -> dict[str, Handoff]:
    """Return these handoffs by id, locked in one order so that two batches cannot wait for each other."""
    return _locked(tx, handoff.c.handoff_id.in_(sorted(set(ids))))


def lock_open_of_person(tx: Connection, person_id: str) -> list[Handoff]:
    """Return the person's open handoffs, locked."""
    return list(
        _locked(tx, and_(handoff.c.person_id == person_id, handoff.c.state.in_(sorted(OPEN)))).values()
    )


def lock_open_of_stay(tx: Connection, stay_id: str) -> list[Handoff]:
    """Return the stay's open handoffs, locked."""
    return list(_locked(tx, and_(handoff.c.stay_id == stay_id, handoff.c.state.in_(sorted(OPEN)))).values())


def _locked(tx: Connection, which: Any) -> dict[str, Handoff]:
    rows = tx.execute(_ALL.where(which).order_by(handoff.c.handoff_id).with_for_update())
    return {row["handoff_id"]: Handoff(**row) for row in rows.mappings()}


def add(tx: Connection, new: Handoff) -> None:
    """Save a new handoff."""
    tx.execute(handoff.insert(), vars(new))


def save(tx: Connection, before: Handoff, after: Handoff) -> None:
    """Save what has changed."""
    new = {key: value for key, value in vars(after).items() if value != getattr(before, key)}
    if new:
        tx.execute(update(handoff).where(handoff.c.handoff_id == after.handoff_id).values(**new))


_LADDER = ("state", "delivered_at", "plan", "rungs", "rung", "next_at", "hours_are_provisional")


def save_ladders(tx: Connection, changed: list[Handoff]) -> None:
    """Save what facts of notify have changed, for many handoffs in one go."""
    if not changed:
        return
    columns = {name: bindparam(f"_{name}", type_=handoff.c[name].type) for name in _LADDER}
    which = handoff.c.handoff_id == bindparam("_id", type_=handoff.c.handoff_id.type)
    rows = [
        {"_id": each.handoff_id, **{f"_{name}": getattr(each, name) for name in _LADDER}} for each in changed
    ]
    tx.execute(update(handoff).where(which).values(columns), rows)


def add_events(tx: Connection, events: Iterable[Event]) -> None:
    """Add lines to the history."""
    rows = [{"event_id": new_id(), **vars(event)} for event in events]
    if rows:
        tx.execute(handoff_event.insert(), rows)


def add_holders(tx: Connection, holders: Iterable[Holder]) -> None:
    """Save whom the ladder has reached; who was there already stays."""
    rows = [vars(holder) for holder in holders]
    if rows:
        insert_new(tx, handoff_holder, rows)


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


def holders_of(tx: Connection, ids: list[str]) -> dict[str, list[tuple[str, str | None]]]:
    """Return (office, account) of those whom the ladder has reached, by handoff."""
    return _holders(tx, ids)
