"""Finding handoffs as somebody may see them now: every reading goes through here."""

from collections.abc import Sequence
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
    case,
    exists,
    func,
    or_,
    select,
    union,
)

from chassis.auth import Caller
from chassis.columns import length_of_list
from contracts.sharing import GROUPS
from services.sharing.domain.access import Team, side_of
from services.sharing.domain.handoffs import OPEN, WAITING, Handoff
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
from services.sharing.queries.paging import Page

# At the desk. A step up that was heard before its ladder stands on no known rung.
_IS_ON_TOP = handoff.c.rung >= func.nullif(length_of_list(handoff.c.rungs), 0)
_GROUP = case(
    (handoff.c.state.in_(("declined", "overdue")), "needs"),
    (and_(handoff.c.state == "escalated", _IS_ON_TOP), "needs"),
    (handoff.c.state.in_(sorted(WAITING)), "waiting"),
    (handoff.c.state.in_(("acknowledged", "accepted", "completed")), "done"),
    else_="over",
)
_PLACE = case({name: place for place, name in enumerate(GROUPS)}, value=_GROUP)

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
    statement = statement.with_for_update(of=handoff) if lock else statement
    found = _found(tx, tx.execute(statement).mappings().all(), caller)
    return found[0] if found else None


def board_sent(
    tx: Connection, caller: Caller, day: date, which: ColumnElement[bool], page: Page, *, show: str
) -> tuple[list[Found], bool]:
    """Return a page of what the caller's hospital has sent, of `which` (see `is_sent_by`).

    What the sender has to look after comes first; `show` leaves one group.
    The second value tells whether another page follows.
    """
    statement = _statement(day).where(which)
    if show:
        statement = statement.where(show == _GROUP)
    ordered = statement.order_by(_PLACE, handoff.c.sent_at.desc(), handoff.c.handoff_id)
    rows, has_more = page.of(tx, ordered)
    return _found(tx, rows, caller), has_more


def counts_sent(tx: Connection, which: ColumnElement[bool]) -> dict[str, int]:
    """Return how many there are in each group of the board, on all its pages."""
    counted = select(_GROUP.label("part"), func.count().label("number")).where(which)
    rows = tx.execute(counted.group_by("part")).all()
    return dict.fromkeys(GROUPS, 0) | {row.part: row.number for row in rows}


def is_sent_by(caller: Caller, since: datetime, *, ids: list[str] | None, mine: bool) -> ColumnElement[bool]:
    """The caller's hospital has sent it, and it is shown; `ids` leaves these, `mine` what the caller sent."""
    found = and_(handoff.c.from_office_id == caller.office_id, _is_shown(since, ids))
    return and_(found, handoff.c.from_account_id == caller.account_id) if mine else found


def board_received(
    tx: Connection,
    caller: Caller,
    day: date,
    since: datetime,
    page: Page,
    *,
    ids: list[str] | None,
    mine: bool,
) -> tuple[list[Found], bool]:
    """Return a page of what the caller may read on the receiving side, but what was taken back or replaced.

    `ids` leaves these, `mine` what was addressed to the caller, answered by them, or reached them.
    """
    gone = handoff.c.state.in_(("recalled", "superseded"))
    near = handoff.c.handoff_id.in_(_near(caller, _is_shown(since, ids)))
    statement = _statement(day).where(near, ~gone, has_consent(handoff.c.person_id, day))
    if mine:
        statement = statement.where(_concerns(caller))
    rows, has_more = page.of(tx, statement.order_by(handoff.c.sent_at.desc(), handoff.c.handoff_id))
    return _found(tx, rows, caller), has_more


def _concerns(caller: Caller) -> ColumnElement[bool]:
    reached = exists().where(
        handoff_holder.c.handoff_id == handoff.c.handoff_id,
        handoff_holder.c.office_id == caller.office_id,
        handoff_holder.c.account_id == caller.account_id,
    )
    me = caller.account_id
    return or_(handoff.c.to_account_id == me, handoff.c.acknowledged_by == me, reached)


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


def _is_shown(since: datetime, ids: list[str] | None) -> ColumnElement[bool]:
    if ids is not None:
        return handoff.c.handoff_id.in_(ids)
    return or_(handoff.c.state.in_(sorted(OPEN)), handoff.c.sent_at >= since)


def _found(tx: Connection, rows: Sequence[RowMapping], caller: Caller) -> list[Found]:
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
