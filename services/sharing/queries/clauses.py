"""Conditions that several queries share."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, literal_column, or_

from services.sharing.domain.handoffs import OPEN
from services.sharing.models import consent, facility, stay, team_member

# Written into the statement: a partial index is of no use for a value that only the execution brings.
_DESK: ColumnElement[str] = literal_column("'desk'")
_CARE_MANAGER: ColumnElement[str] = literal_column("'care_manager'")
_OPEN: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in sorted(OPEN)]


def is_care_manager(member: FromClause, person_id: Any) -> ColumnElement[bool]:
    """This row of the team (or of an alias of it) is the person's present care manager."""
    return and_(member.c.person_id == person_id, member.c.role == _CARE_MANAGER, member.c.until_at.is_(None))


def is_desk() -> ColumnElement[bool]:
    """This facility is a desk that is listed."""
    return and_(facility.c.kind == _DESK, facility.c.is_listed)


def is_open(which: FromClause) -> ColumnElement[bool]:
    """This handoff is one that nobody has ended."""
    return which.c.state.in_(_OPEN)


def is_in_force(day: date) -> ColumnElement[bool]:
    """A consent that is valid on this day; a withdrawal counts at once."""
    return and_(consent.c.withdrawn_at.is_(None), consent.c.valid_from <= day, consent.c.valid_until >= day)


def has_consent(person_id: Any, day: date, covers: Any = consent.c.covers_note) -> ColumnElement[bool]:
    """The person has a valid consent that covers this part."""
    return (
        exists().where(consent.c.person_id == person_id, covers, is_in_force(day)).correlate_except(consent)
    )


def is_on_team(person_id: Any, office_id: Any) -> ColumnElement[bool]:
    """The office is on the person's team now."""
    return (
        exists()
        .where(
            team_member.c.person_id == person_id,
            team_member.c.office_id == office_id,
            team_member.c.until_at.is_(None),
        )
        .correlate_except(team_member)
    )


def may_see_person(person_id: Any, office_id: str, day: date) -> ColumnElement[bool]:
    """The office entered the person, or has or had a stay, or is on the team with valid consent."""
    entered = is_on_team(person_id, office_id).where(team_member.c.role == "author")
    stayed = (
        exists()
        .where(stay.c.person_id == person_id, stay.c.hospital_id == office_id, stay.c.state != "cancelled")
        .correlate_except(stay)
    )
    on_team = is_on_team(person_id, office_id)
    agreed = or_(has_consent(person_id, day), has_consent(person_id, day, consent.c.covers_stay))
    return or_(entered, stayed, and_(on_team, agreed))
