"""Persons, their consent to share, and who is on their team."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table

from chassis.columns import Id, Json, Moment
from services.sharing.models.base import metadata

person = Table(
    "person",
    metadata,
    Column("person_id", Id, primary_key=True),
    Column("municipality", String(6), nullable=False),
    Column("family_name", String(40), nullable=False),
    Column("given_name", String(40), nullable=False),
    Column("family_kana", String(40), nullable=False),
    Column("given_kana", String(40), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(10), nullable=False),
    Column("address", String(200), nullable=False),
    Column("phone", String(30), nullable=False),
    Column("care_level", String(20), nullable=False),
    Column("care_level_until", Date),
    Column("entered_by", Id, nullable=False),
    Column("entered_by_name", String(60), nullable=False),
    Column("entered_at", Moment, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("consent_id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.person_id"), nullable=False, index=True),
    Column("purpose", String(40), nullable=False),
    Column("scope", Json, nullable=False),
    # The two parts of the scope that every read asks for.
    Column("covers_note", Boolean, nullable=False),
    Column("covers_stay", Boolean, nullable=False),
    Column("given_by", String(10), nullable=False),
    Column("explained_by", String(60), nullable=False),
    Column("explained_at_office_id", Id, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", Id),
)

# `role`: "author" entered the person and keeps access; "care_manager" has it as long as consent is valid.
team_member = Table(
    "team_member",
    metadata,
    Column("member_id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.person_id"), nullable=False),
    Column("office_id", Id, nullable=False),
    Column("account_id", Id),
    Column("role", String(20), nullable=False),
    Column("since_at", Moment, nullable=False),
    Column("until_at", Moment),
)
_present = team_member.c.until_at.is_(None)
_present_manager = _present & (team_member.c.role == "care_manager")
Index(
    "uq_team_member_one_care_manager",
    team_member.c.person_id,
    unique=True,
    postgresql_where=_present_manager,
    sqlite_where=_present_manager,
)
Index("ix_team_member_person_id", team_member.c.person_id, postgresql_where=_present, sqlite_where=_present)
Index("ix_team_member_office_id", team_member.c.office_id, postgresql_where=_present, sqlite_where=_present)
