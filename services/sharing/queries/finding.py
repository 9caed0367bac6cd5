"""Finding handoffs as somebody may see them now: every reading goes through here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    RowMapping,
    Select,
    exists,
    or_,
    select,
    union,
)

from chassis.auth import Caller
from services.sharing.domain.access import Team, side_of
from services.sharing.domain.handoffs import OPEN, Handoff
from services.sharing.domain.stays import Stay
from services.sharing.models import (
    handoff,
    handoff_holder,
    office,
    person,
    stay,
    team_member,
)
from services.sharing.queries.clauses import has_consent, is_care_manager, is_on_team

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
    holders = holders_of(tx, [row["handoff_id"] for row in rows if row["from_office_id"] != caller.office_id])
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


def holders_of(tx: Connection, ids: list[str]) -> dict[str, list[tuple[str, str | None]]]:
    """Return (office, account) of those whom the ladder has reached, by handoff."""
    if not ids:
        return {}
    rows = tx.execute(select(handoff_holder).where(handoff_holder.c.handoff_id.in_(ids)))
    holders: dict[str, list[tuple[str, str | None]]] = {}
    for row in rows:
        holders.setdefault(row.handoff_id, []).append((row.office_id, row.account_id))
    return holders
