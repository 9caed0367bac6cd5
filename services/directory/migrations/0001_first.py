"""The first tables: what every service has; facilities, their services and hours; imports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.columns import Id, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("office_id", Id, nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("ids", JSON, nullable=False),
        sa.Column("person_ids", JSON, nullable=False),
        sa.Column("sealed_as", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("sealed_as", name=op.f("uq_access_log_sealed_as")),
    )
    op.create_index("ix_access_log_at", "access_log", ["at"], unique=False)
    op.create_index(
        "ix_access_log_unsealed",
        "access_log",
        ["at"],
        unique=False,
        postgresql_where=sa.text("sealed_as IS NULL"),
        sqlite_where=sa.text("sealed_as IS NULL"),
    )
    op.create_table(
        "access_seal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("access_id", Id, nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_access_seal")),
        sa.UniqueConstraint("access_id", name=op.f("uq_access_seal_access_id")),
    )
    op.create_table(
        "done_once",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("done_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_done_once")),
    )
    op.create_index(op.f("ix_done_once_done_at"), "done_once", ["done_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("handler", sa.String(length=80), nullable=False),
        sa.Column("fact_id", Id, nullable=False),
        sa.Column("heard_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("handler", "fact_id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "instance_mark",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_instance_mark")),
        sa.UniqueConstraint("mark", name=op.f("uq_instance_mark_mark")),
    )
    op.create_table(
        "job",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("leased_until", Moment, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("finished_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("routing_key", sa.String(length=80), nullable=False),
        sa.Column("envelope", JSON, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.Column("published_at", Moment, nullable=True),
        sa.Column("unheard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_routing_key", "outbox", ["routing_key", "recorded_at"], unique=False)
    op.create_index(
        "ix_outbox_unpublished",
        "outbox",
        ["recorded_at"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL"),
        sqlite_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "source",
        sa.Column("source_id", Id, nullable=False),
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source")),
        sa.UniqueConstraint(
            "dataset",
            "sha256",
            "as_of",
            name=op.f("uq_source_dataset_sha256_as_of"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "facility",
        sa.Column("facility_id", Id, nullable=False),
        sa.Column("register", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality", sa.String(length=6), server_default="", nullable=False),
        sa.Column("municipality_name", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("building", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("fax", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("placement", sa.String(length=30), server_default="no_coordinates", nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.source_id"], name=op.f("fk_facility_source_id_source")
        ),
        sa.PrimaryKeyConstraint("facility_id", name=op.f("pk_facility")),
        sa.UniqueConstraint("number", "register", name=op.f("uq_facility_number_register")),
    )
    op.create_index("ix_facility_municipality_kind", "facility", ["municipality", "kind"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("import_run_id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("finished_at", Moment, nullable=True),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("undone_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.source_id"], name=op.f("fk_import_run_source_id_source")
        ),
        sa.PrimaryKeyConstraint("import_run_id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "contact",
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("facility_id", Id, nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("person_name", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("fax", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.facility_id"], name=op.f("fk_contact_facility_id_facility")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_facility_id"), "contact", ["facility_id"], unique=False)
    op.create_table(
        "facility_service",
        sa.Column("facility_service_id", Id, nullable=False),
        sa.Column("facility_id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality", sa.String(length=6), server_default="", nullable=False),
        sa.Column("municipality_name", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("building", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("fax", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("placement", sa.String(length=30), server_default="no_coordinates", nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("original", JSON, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("unlisted_since", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.facility_id"], name=op.f("fk_facility_service_facility_id_facility")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.source_id"], name=op.f("fk_facility_service_source_id_source")
        ),
        sa.PrimaryKeyConstraint("facility_service_id", name=op.f("pk_facility_service")),
        sa.UniqueConstraint("number", "service", name=op.f("uq_facility_service_number_service")),
    )
    op.create_index("ix_facility_service_dataset", "facility_service", ["dataset", "service"], unique=False)
    op.create_index(
        op.f("ix_facility_service_facility_id"), "facility_service", ["facility_id"], unique=False
    )
    op.create_index(op.f("ix_facility_service_source_id"), "facility_service", ["source_id"], unique=False)
    op.create_table(
        "import_refusal",
        sa.Column("import_refusal_id", Id, nullable=False),
        sa.Column("import_run_id", Id, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_run_id"],
            ["import_run.import_run_id"],
            name=op.f("fk_import_refusal_import_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("import_refusal_id", name=op.f("pk_import_refusal")),
    )
    op.create_index(
        op.f("ix_import_refusal_import_run_id"), "import_refusal", ["import_run_id"], unique=False
    )
    op.create_table(
        "office_hours",
        sa.Column("office_hours_id", Id, nullable=False),
        sa.Column("facility_id", Id, nullable=False),
        sa.Column("weekly", JSON, nullable=False),
        sa.Column("closes_on_holidays", sa.Boolean(), nullable=False),
        sa.Column("closed_days", JSON, nullable=False),
        sa.Column("set_at", Moment, nullable=False),
        sa.Column("set_by", Id, nullable=True),
        sa.Column("set_by_name", sa.Text(), nullable=False),
        sa.Column("superseded_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.facility_id"], name=op.f("fk_office_hours_facility_id_facility")
        ),
        sa.PrimaryKeyConstraint("office_hours_id", name=op.f("pk_office_hours")),
    )
    op.create_index(
        "uq_office_hours_in_force",
        "office_hours",
        ["facility_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        sqlite_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "import_change",
        sa.Column("import_run_id", Id, nullable=False),
        sa.Column("facility_service_id", Id, nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["facility_service_id"],
            ["facility_service.facility_service_id"],
            name=op.f("fk_import_change_facility_service_id_facility_service"),
        ),
        sa.ForeignKeyConstraint(
            ["import_run_id"],
            ["import_run.import_run_id"],
            name=op.f("fk_import_change_import_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("import_run_id", "facility_service_id", name=op.f("pk_import_change")),
    )


def downgrade() -> None:
    op.drop_table("import_change")
    op.drop_index(
        "uq_office_hours_in_force",
        table_name="office_hours",
        postgresql_where=sa.text("superseded_at IS NULL"),
        sqlite_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_table("office_hours")
    op.drop_index(op.f("ix_import_refusal_import_run_id"), table_name="import_refusal")
    op.drop_table("import_refusal")
    op.drop_index(op.f("ix_facility_service_source_id"), table_name="facility_service")
    op.drop_index(op.f("ix_facility_service_facility_id"), table_name="facility_service")
    op.drop_index("ix_facility_service_dataset", table_name="facility_service")
    op.drop_table("facility_service")
    op.drop_index(op.f("ix_contact_facility_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_table("import_run")
    op.drop_index("ix_facility_municipality_kind", table_name="facility")
    op.drop_table("facility")
    op.drop_table("source")
    op.drop_index(
        "ix_outbox_unpublished",
        table_name="outbox",
        postgresql_where=sa.text("published_at IS NULL"),
        sqlite_where=sa.text("published_at IS NULL"),
    )
    op.drop_index("ix_outbox_routing_key", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_job_due", table_name="job")
    op.drop_table("job")
    op.drop_table("instance_mark")
    op.drop_table("inbox")
    op.drop_index(op.f("ix_done_once_done_at"), table_name="done_once")
    op.drop_table("done_once")
    op.drop_table("access_seal")
    op.drop_index(
        "ix_access_log_unsealed",
        table_name="access_log",
        postgresql_where=sa.text("sealed_as IS NULL"),
        sqlite_where=sa.text("sealed_as IS NULL"),
    )
    op.drop_index("ix_access_log_at", table_name="access_log")
    op.drop_table("access_log")
