"""Copies of what others own, kept by facts: offices' staff, and entries of the directory."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from chassis.columns import Id, Json
from services.sharing.models.base import metadata

# From accounts.office_staffed: `members` as in the fact.
office = Table(
    "office",
    metadata,
    Column("office_id", Id, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("manager_id", Id),
    Column("members", Json, nullable=False),
)

# From directory.facility_changed. The hours are for the fee clock.
facility = Table(
    "facility",
    metadata,
    Column("facility_id", Id, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("name", String(200), nullable=False),
    Column("is_listed", Boolean, nullable=False),
    Column("hours", Json, nullable=False),
)
_desks = facility.c.kind == "desk"
Index("ix_facility_desks", facility.c.municipality, postgresql_where=_desks, sqlite_where=_desks)
