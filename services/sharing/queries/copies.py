"""Copies of what others own. An older revision never replaces a newer one."""

from typing import Any

from sqlalchemy import Connection, RowMapping, select

from chassis.bulk import keep_newest
from services.sharing.models import facility, office
from services.sharing.queries.clauses import is_desk


def keep_facilities(tx: Connection, rows: list[dict[str, Any]]) -> None:
    """Take over entries of the directory."""
    keep_newest(tx, facility, "facility_id", rows)


def keep_offices(tx: Connection, rows: list[dict[str, Any]]) -> None:
    """Take over who works where."""
    keep_newest(tx, office, "office_id", rows)


def get_facility(tx: Connection, facility_id: str) -> RowMapping | None:
    """Return an entry, or None when no fact about it has come yet."""
    return tx.execute(select(facility).where(facility.c.facility_id == facility_id)).mappings().first()


def get_office(tx: Connection, office_id: str) -> RowMapping | None:
    """Return who works at an office, or None."""
    return tx.execute(select(office).where(office.c.office_id == office_id)).mappings().first()


def desk_of(tx: Connection, areas: list[str]) -> str | None:
    """Return the desk that serves the first of these municipalities that has one."""
    rows = tx.execute(
        select(facility.c.facility_id, facility.c.municipality)
        .where(is_desk(), facility.c.municipality.in_(areas))
        .order_by(facility.c.facility_id.desc())
    )
    desks = {row.municipality: row.facility_id for row in rows}
    return next((desks[area] for area in areas if area in desks), None)
