"""The directory's tables. Numbers and codes are text: they hold letters and leading zeros."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from chassis.columns import Id, Json, Moment
from chassis.tables import service_metadata

metadata = service_metadata()


def _published_columns() -> list[Column]:
    """What a list says of a place: kept for each service, and once more as the display value."""
    return [
        Column("name", Text, nullable=False),
        Column("kana", Text, nullable=False, server_default=""),
        Column("municipality", String(6), nullable=False, server_default=""),
        Column("municipality_name", Text, nullable=False, server_default=""),
        Column("address", Text, nullable=False, server_default=""),
        Column("building", Text, nullable=False, server_default=""),
        Column("phone", Text, nullable=False, server_default=""),
        Column("fax", Text, nullable=False, server_default=""),
        Column("url", Text, nullable=False, server_default=""),
        Column("latitude", Float),
        Column("longitude", Float),
        # placed, or why there is no pin: no_coordinates, not_a_number, outside_japan, far_from_municipality
        Column("placement", String(30), nullable=False, server_default="no_coordinates"),
    ]


source = Table(
    "source",
    metadata,
    Column("source_id", Id, primary_key=True),
    Column("dataset", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("as_of", Date),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("imported_at", Moment, nullable=False),
    UniqueConstraint("dataset", "sha256", "as_of", postgresql_nulls_not_distinct=True),
)
# To SQLite two missing days are two days.
_has_no_day = source.c.as_of.is_(None)
Index(
    "uq_source_without_day",
    source.c.dataset,
    source.c.sha256,
    unique=True,
    postgresql_where=_has_no_day,
    sqlite_where=_has_no_day,
)

facility = Table(
    "facility",
    metadata,
    Column("facility_id", Id, primary_key=True),
    # Who gave the number: care (介護事業所番号), medical (医療情報ネット), own (entered by a city).
    Column("register", String(10), nullable=False),
    Column("number", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    *_published_columns(),
    Column("search_text", Text, nullable=False),
    Column("is_listed", Boolean, nullable=False, server_default=text("true")),
    Column("source_id", Id, ForeignKey("source.source_id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    # Number first: an import asks by numbers alone.
    UniqueConstraint("number", "register"),
)
Index("ix_facility_municipality_kind", facility.c.municipality, facility.c.kind)
# In which a search answers (`queries.search`): a common word is found by walking along.
Index(
    "ix_facility_order", facility.c.is_listed.desc(), facility.c.kana, facility.c.name, facility.c.facility_id
)
# By which a search finds rare words (ADR 19). The function comes with the migration; SQLite does without.
Index("ix_facility_search_grams", func.search_grams(facility.c.search_text), postgresql_using="gin").ddl_if(
    dialect="postgresql"
)

facility_service = Table(
    "facility_service",
    metadata,
    Column("facility_service_id", Id, primary_key=True),
    Column("facility_id", Id, ForeignKey("facility.facility_id"), nullable=False, index=True),
    Column("number", Text, nullable=False),
    Column("service", String(20), nullable=False),
    *_published_columns(),
    # What only this kind of list tells (beds, capacity, days of service …), by the list's own meaning.
    Column("details", Json, nullable=False),
    # As written in the list, where the value kept above is a normalised one.
    Column("original", Json, nullable=False),
    Column("source_id", Id, ForeignKey("source.source_id"), nullable=False, index=True),
    Column("dataset", String(40), nullable=False),
    Column("is_listed", Boolean, nullable=False, server_default=text("true")),
    Column("unlisted_since", Date),
    UniqueConstraint("number", "service"),
)
Index("ix_facility_service_dataset", facility_service.c.dataset, facility_service.c.service)

contact = Table(
    "contact",
    metadata,
    Column("contact_id", Id, primary_key=True),
    Column("facility_id", Id, ForeignKey("facility.facility_id"), nullable=False, index=True),
    Column("purpose", String(30), nullable=False),  # liaison 連携窓口, booking 予約, night 夜間
    Column("label", Text, nullable=False, server_default=""),
    Column("person_name", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("fax", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("is_public", Boolean, nullable=False, server_default=text("false")),
)

# One row per version: the calendar in force at an admission must stay known. None = 仮.
office_hours = Table(
    "office_hours",
    metadata,
    Column("office_hours_id", Id, primary_key=True),
    Column("facility_id", Id, ForeignKey("facility.facility_id"), nullable=False),
    Column("weekly", Json, nullable=False),
    Column("closes_on_holidays", Boolean, nullable=False),
    Column("closed_days", Json, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("set_by", Id),
    Column("set_by_name", Text, nullable=False),
    Column("superseded_at", Moment),
)
Index(
    "uq_office_hours_in_force",
    office_hours.c.facility_id,
    unique=True,
    postgresql_where=office_hours.c.superseded_at.is_(None),
    sqlite_where=office_hours.c.superseded_at.is_(None),
)

import_run = Table(
    "import_run",
    metadata,
    Column("import_run_id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("source.source_id"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("encoding", String(20), nullable=False),
    Column("counts", Json, nullable=False),
    Column("undone_at", Moment),
)

# What the latest import changed, so that it can be undone; None = the import had added it.
import_change = Table(
    "import_change",
    metadata,
    Column("import_run_id", Id, ForeignKey("import_run.import_run_id"), primary_key=True),
    Column("facility_service_id", Id, ForeignKey("facility_service.facility_service_id"), primary_key=True),
    Column("before", Json),
)

import_refusal = Table(
    "import_refusal",
    metadata,
    Column("import_refusal_id", Id, primary_key=True),
    Column("import_run_id", Id, ForeignKey("import_run.import_run_id"), nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("column", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", String(40), nullable=False),
    # refused, duplicate, or what was kept although something is wrong with it: kept, restored, unplaced
    Column("action", String(20), nullable=False),
)
