"""The first tables: what every service has; offices, alerts, inboxes, deliveries."""

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
        "alert",
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("handoff_id", Id(), nullable=False),
        sa.Column("municipality", sa.String(length=6), server_default="", nullable=False),
        sa.Column("stay_id", Id(), nullable=True),
        sa.Column("code", sa.String(length=20), server_default="", nullable=False),
        sa.Column("urgency", sa.String(length=10), server_default="", nullable=False),
        sa.Column("from_account_id", Id(), nullable=True),
        sa.Column("from_office_id", Id(), nullable=True),
        sa.Column("to_account_id", Id(), nullable=True),
        sa.Column("to_office_id", Id(), nullable=True),
        sa.Column("desk_id", Id(), nullable=True),
        sa.Column("noted_at", Moment(), nullable=True),
        sa.Column("raised_at", Moment(), nullable=True),
        sa.Column("ended_as", sa.String(length=20), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("rungs", _JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("current", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("overdue_at", Moment(), nullable=True),
        sa.Column("is_complete", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("hours_are_provisional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("office_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("desk_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert")),
        sa.UniqueConstraint("handoff_id", name=op.f("uq_alert_handoff_id")),
    )
    op.create_index(
        "ix_alert_due",
        "alert",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("ended_as IS NULL"),
        sqlite_where=sa.text("ended_as IS NULL"),
    )
    op.create_table(
        "office",
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=300), server_default="", nullable=False),
        sa.Column("hours", _JSON, nullable=True),
        sa.Column("hours_revision", sa.BigInteger(), server_default=sa.text("-1"), nullable=False),
        sa.Column("staffing", _JSON, nullable=True),
        sa.Column("staffing_revision", sa.BigInteger(), server_default=sa.text("-1"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office")),
    )
    op.create_table(
        "reader",
        sa.Column("reader", sa.String(length=45), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_reader")),
    )
    op.create_table(
        "delivery",
        sa.Column("delivery_id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("queued_at", Moment(), nullable=False),
        sa.Column("next_try_at", Moment(), nullable=True),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_delivery_alert_id_alert")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_alert_id"), "delivery", ["alert_id"], unique=False)
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "inbox_item",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("reader", sa.String(length=45), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("office_id", Id(), nullable=True),
        sa.Column("arrived_at", Moment(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_inbox_item_alert_id_alert")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_inbox_item")),
        sa.UniqueConstraint(
            "alert_id", "reader", "kind", "about", name=op.f("uq_inbox_item_alert_id_reader_kind_about")
        ),
        sa.UniqueConstraint("reader", "seq", name=op.f("uq_inbox_item_reader_seq")),
    )
    op.create_table(
        "delivery_log",
        sa.Column("log_id", Id(), nullable=False),
        sa.Column("delivery_id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_delivery_log_delivery_id_delivery")
        ),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_delivery_log")),
    )
    op.create_index(op.f("ix_delivery_log_delivery_id"), "delivery_log", ["delivery_id"], unique=False)


def downgrade() -> None:
    for table in (
        "delivery_log",
        "inbox_item",
        "delivery",
        "reader",
        "office",
        "alert",
        "outbox",
        "job",
        "instance_mark",
        "inbox",
        "done_once",
        "access_seal",
        "access_log",
    ):
        op.drop_table(table)
