"""The tables of events."""

from sqlalchemy import Column, Index, Integer, String, Table, text

from chassis.columns import Id, Moment
from chassis.tables import service_metadata

metadata = service_metadata()

# One per stay, made with the first fact about it. A stay whose end is heard before its plan is
# remembered as withdrawn without ever having been proposed.
conference = Table(
    "conference",
    metadata,
    Column("conference_id", Id, primary_key=True),
    Column("stay_id", Id, nullable=False, unique=True),
    Column("municipality", String(6), nullable=False, server_default=""),
    Column("state", String(10), nullable=False),  # new, proposed, withdrawn
    Column("hospital_id", Id, nullable=False),
    Column("care_office_id", Id),
    Column("hold_before", Moment),
    Column("proposed_at", Moment),
    Column("withdrawn_at", Moment),
    Column("revision", Integer, nullable=False, server_default=text("-1")),
)
_is_proposed = conference.c.state == text("'proposed'")
for _office in (conference.c.hospital_id, conference.c.care_office_id):
    Index(f"ix_conference_{_office.name}", _office, postgresql_where=_is_proposed, sqlite_where=_is_proposed)
