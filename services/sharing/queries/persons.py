"""Persons, their consents and their team."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from services.sharing.models import consent, person, stay, team_member
from services.sharing.queries.clauses import is_care_manager, may_see_person

Row = RowMapping


def add_person(tx: Connection, row: dict[str, Any], author: dict[str, Any]) -> None:
    """Save a new person with the office that entered them."""
    tx.execute(person.insert(), row)
    tx.execute(team_member.insert(), author)


def get_person(tx: Connection, person_id: str, office_id: str, day: date) -> Row | None:
    """Return a person whom this office may see, else None."""
    seen = may_see_person(person.c.person_id, office_id, day)
    return tx.execute(select(person).where(person.c.person_id == person_id, seen)).mappings().first()


def list_persons(
    tx: Connection, office_id: str, day: date, text: tuple[str, str], page: int, size: int
) -> tuple[list[Row], int]:
    """Return a page of those whom the office may see, by kana, and how many there are.

    `text` is what was typed, as it is and in katakana.
    """
    found = and_(may_see_person(person.c.person_id, office_id, day), _matches(*text))
    total = tx.execute(select(func.count()).select_from(person).where(found)).scalar_one()
    rows = tx.execute(
        select(person)
        .where(found)
        .order_by(person.c.family_kana, person.c.given_kana, person.c.person_id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return list(rows.mappings()), total


def _matches(text: str, kana: str) -> Any:
    name = person.c.family_name + person.c.given_name
    read = person.c.family_kana + person.c.given_kana
    return or_(
        name.contains(text.replace(" ", ""), autoescape=True),
        read.contains(kana.replace(" ", ""), autoescape=True),
    )


def consents_of(tx: Connection, person_ids: list[str]) -> list[Row]:
    """Return every consent of these persons, newest first."""
    rows = tx.execute(
        select(consent).where(consent.c.person_id.in_(person_ids)).order_by(consent.c.consent_id.desc())
    )
    return list(rows.mappings())


def team_of(tx: Connection, person_ids: list[str]) -> list[Row]:
    """Return the present team members of these persons."""
    present = and_(team_member.c.person_id.in_(person_ids), team_member.c.until_at.is_(None))
    rows = tx.execute(select(team_member).where(present).order_by(team_member.c.member_id))
    return list(rows.mappings())


def care_manager_of(tx: Connection, person_id: str) -> tuple[str | None, str | None]:
    """Return (office, account) of the person's care manager, or (None, None)."""
    row = tx.execute(
        select(team_member.c.office_id, team_member.c.account_id).where(
            is_care_manager(team_member, person_id)
        )
    ).first()
    return (row.office_id, row.account_id) if row else (None, None)


def stays_of(tx: Connection, person_id: str, office_id: str | None) -> list[Row]:
    """Return the person's stays, latest first; with `office_id` only those at that hospital."""
    mine = stay.c.person_id == person_id
    if office_id:
        mine = and_(mine, stay.c.hospital_id == office_id)
    return list(tx.execute(select(stay).where(mine).order_by(stay.c.admitted_at.desc())).mappings())


def add_consent(tx: Connection, row: dict[str, Any]) -> None:
    """Save a consent."""
    tx.execute(consent.insert(), row)


def lock_consent(tx: Connection, consent_id: str, person_id: str) -> Row | None:
    """Return a consent and keep others from using it until the transaction ends."""
    statement = select(consent).where(consent.c.consent_id == consent_id, consent.c.person_id == person_id)
    return tx.execute(statement.with_for_update()).mappings().first()


def withdraw_consent(tx: Connection, consent_id: str, by: str, at: Any) -> None:
    """Mark a consent as withdrawn."""
    tx.execute(
        consent.update().where(consent.c.consent_id == consent_id).values(withdrawn_at=at, withdrawn_by=by)
    )


def change_care_manager(tx: Connection, new: dict[str, Any]) -> None:
    """Put a care manager in the place of the present one, whose time on the team ends."""
    tx.execute(
        team_member.update()
        .where(is_care_manager(team_member, new["person_id"]))
        .values(until_at=new["since_at"])
    )
    tx.execute(team_member.insert(), new)
