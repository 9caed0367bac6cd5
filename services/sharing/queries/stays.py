"""Stays and their revisions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, or_, select

from chassis.wire import plain
from services.sharing.domain.stays import Stay
from services.sharing.models import consent, person, stay, stay_version, team_member
from services.sharing.queries.clauses import has_consent, is_care_manager
from services.sharing.queries.paging import Page

_PRESENT = ("admitted", "discharge_planned")


def of_row(row: Any) -> Stay:
    """Return the stay inside a row that has all of its columns."""
    return Stay(**{column.name: row[column.name] for column in stay.c})


def get_stay(tx: Connection, stay_id: str, hospital_id: str, *, lock: bool = False) -> Stay | None:
    """Return a stay at this hospital, else None; with `lock` nobody else changes it meanwhile."""
    statement = select(stay).where(stay.c.stay_id == stay_id, stay.c.hospital_id == hospital_id)
    row = tx.execute(statement.with_for_update() if lock else statement).mappings().first()
    return of_row(row) if row else None


def present_stay(tx: Connection, person_id: str, hospital_id: str) -> str | None:
    """Return the id of the person's stay at this hospital that has not ended, or None."""
    return tx.execute(
        select(stay.c.stay_id).where(
            stay.c.person_id == person_id, stay.c.hospital_id == hospital_id, stay.c.state.in_(_PRESENT)
        )
    ).scalar()


def add_stay(tx: Connection, new: Stay) -> None:
    """Save a new stay and its first revision."""
    tx.execute(stay.insert(), vars(new))
    tx.execute(stay_version.insert(), _version(new))


def save_stay(tx: Connection, changed: Stay) -> None:
    """Save a stay's next revision; the earlier ones stay as they are."""
    tx.execute(stay.update().where(stay.c.stay_id == changed.stay_id).values(**vars(changed)))
    tx.execute(stay_version.insert(), _version(changed))


def _version(changed: Stay) -> dict[str, Any]:
    names = ("stay_id", "revision", "changed_by", "changed_by_name", "changed_at")
    return {name: getattr(changed, name) for name in names} | {"content": plain(vars(changed))}


def board_of_hospital(
    tx: Connection, hospital_id: str, since: datetime, page: Page
) -> tuple[Sequence[RowMapping], bool]:
    """Return present and lately ended stays of a hospital with person and care manager, latest first.

    The second value tells whether another page follows.
    """
    return page.of(tx, _board(_with_person().where(stay.c.hospital_id == hospital_id), since))


def count_of_hospital(tx: Connection, hospital_id: str, since: datetime) -> int:
    """Return how many stays that board has on all its pages."""
    counted = select(func.count()).where(stay.c.hospital_id == hospital_id, _is_shown(since))
    return tx.execute(counted).scalar_one()


def board_of_care_manager(
    tx: Connection, office_id: str, account_id: str, day: date, since: datetime, page: Page
) -> tuple[Sequence[RowMapping], bool]:
    """Return stays of the persons whom this care manager accompanies, as far as consent covers stays."""
    if not page.size:
        return [], False
    mine = and_(team_member.c.office_id == office_id, team_member.c.account_id == account_id)
    agreed = has_consent(stay.c.person_id, day, consent.c.covers_stay)
    return page.of(tx, _board(_with_person().where(mine, agreed), since))


def _with_person() -> Select[Any]:
    manager = is_care_manager(team_member, stay.c.person_id)
    names = [column for column in person.c if column.name not in ("person_id", "municipality")]
    return select(
        stay,
        *names,
        team_member.c.office_id.label("care_office_id"),
        team_member.c.account_id.label("care_manager_id"),
    ).select_from(stay.join(person, person.c.person_id == stay.c.person_id).outerjoin(team_member, manager))


def _board(statement: Select[Any], since: datetime) -> Select[Any]:
    return statement.where(_is_shown(since)).order_by(stay.c.admitted_at.desc(), stay.c.stay_id)


def _is_shown(since: datetime) -> ColumnElement[bool]:
    ended_lately = and_(stay.c.state == "discharged", stay.c.discharged_at >= since)
    return or_(stay.c.state.in_(_PRESENT), ended_lately)
