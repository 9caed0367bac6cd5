"""The first tables: what every service has; conferences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.columns import Id, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _what_every_service_has()
    _own_tables()


def _what_every_service_has() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("office_id", Id(), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("ids", _JSON, nullable=False),
        sa.Column("person_ids", _JSON, nullable=False),
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
        sa.Column("access_id", Id(), nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_access_seal")),
        sa.UniqueConstraint("access_id", name=op.f("uq_access_seal_access_id")),
    )
    op.create_table(
        "done_once",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", _JSON, nullable=False),
        sa.Column("done_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_done_once")),
    )
    op.create_index(op.f("ix_done_once_done_at"), "done_once", ["done_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("handler", sa.String(length=80), nullable=False),
        sa.Column("fact_id", Id(), nullable=False),
        sa.Column("heard_at", Moment(), nullable=False),
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
        sa.Column("made_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_instance_mark")),
        sa.UniqueConstraint("mark", name=op.f("uq_instance_mark_mark")),
    )
    op.create_table(
        "job",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", _JSON, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Id(), nullable=False),
        sa.Column("routing_key", sa.String(length=80), nullable=False),
        sa.Column("envelope", _JSON, nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
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


def _own_tables() -> None:
    op.create_table(
        "conference",
        sa.Column("conference_id", Id(), nullable=False),
        sa.Column("stay_id", Id(), nullable=False),
        sa.Column("municipality", sa.String(length=6), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("hospital_id", Id(), nullable=False),
        sa.Column("care_office_id", Id(), nullable=True),
        sa.Column("hold_before", Moment(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("-1"), nullable=False),
        sa.PrimaryKeyConstraint("conference_id", name=op.f("pk_conference")),
        sa.UniqueConstraint("stay_id", name=op.f("uq_conference_stay_id")),
    )
    op.create_index(
        "ix_conference_care_office_id",
        "conference",
        ["care_office_id"],
        unique=False,
        postgresql_where=sa.text("state = 'proposed'"),
        sqlite_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        "ix_conference_hospital_id",
        "conference",
        ["hospital_id"],
        unique=False,
        postgresql_where=sa.text("state = 'proposed'"),
        sqlite_where=sa.text("state = 'proposed'"),
    )


def downgrade() -> None:
    for table in (
        "conference",
        "outbox",
        "job",
        "instance_mark",
        "inbox",
        "done_once",
        "access_seal",
        "access_log",
    ):
        op.drop_table(table)
