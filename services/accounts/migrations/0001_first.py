"""The first tables: what every service has; people and their offices; signing in."""

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
    _people_and_offices()
    _signing_in()


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
        sa.Column(
            "ids",
            _JSON,
            nullable=False,
        ),
        sa.Column(
            "person_ids",
            _JSON,
            nullable=False,
        ),
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
        sa.Column(
            "answer",
            _JSON,
            nullable=False,
        ),
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
        sa.Column(
            "payload",
            _JSON,
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "result",
            _JSON,
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Id(), nullable=False),
        sa.Column("routing_key", sa.String(length=80), nullable=False),
        sa.Column(
            "envelope",
            _JSON,
            nullable=False,
        ),
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


def _people_and_offices() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kana", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_signed_in_at", Moment(), nullable=True),
        sa.Column("last_membership_id", Id(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "office",
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office")),
    )
    op.create_table(
        "membership",
        sa.Column("membership_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("suspended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_membership_account_id_account")
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "account_id", "office_id", "role", name=op.f("uq_membership_account_id_office_id_role")
        ),
    )
    op.create_index(op.f("ix_membership_office_id"), "membership", ["office_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("absence_id", Id(), nullable=False),
        sa.Column("membership_id", Id(), nullable=False),
        sa.Column("from_at", Moment(), nullable=False),
        sa.Column("until_at", Moment(), nullable=False),
        sa.Column("set_by", Id(), nullable=False),
        sa.Column("cleared_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.membership_id"], name=op.f("fk_absence_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("absence_id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_membership_id"), "absence", ["membership_id"], unique=False)
    op.create_table(
        "deputy",
        sa.Column("membership_id", Id(), nullable=False),
        sa.Column("deputy_id", Id(), nullable=False),
        sa.Column("named_by", Id(), nullable=True),
        sa.Column("named_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["account.account_id"], name=op.f("fk_deputy_deputy_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.membership_id"], name=op.f("fk_deputy_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_deputy")),
    )
    op.create_table(
        "staffing",
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("manager_membership_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["manager_membership_id"],
            ["membership.membership_id"],
            name=op.f("fk_staffing_manager_membership_id_membership"),
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_staffing")),
    )


def _signing_in() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("login_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("login_hash", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_last_at"), "sign_in_attempt", ["last_at"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("invitation_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_invitation_account_id_account")
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)
    op.create_table(
        "invitation_mail",
        sa.Column("mail_id", Id(), nullable=False),
        sa.Column("invitation_id", Id(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.invitation_id"],
            name=op.f("fk_invitation_mail_invitation_id_invitation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_invitation_mail")),
    )
    op.create_index(
        "ix_invitation_mail_due",
        "invitation_mail",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
        sqlite_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_invitation_mail_invitation_id"), "invitation_mail", ["invitation_id"], unique=False
    )
    op.create_table(
        "session",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("membership_id", Id(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_session_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.membership_id"], name=op.f("fk_session_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_index(op.f("ix_session_last_used_at"), "session", ["last_used_at"], unique=False)
    op.create_index(op.f("ix_session_membership_id"), "session", ["membership_id"], unique=False)


def downgrade() -> None:
    # In the order in which nothing refers any more to what is dropped.
    for table in (
        *("sign_in_attempt", "invitation_mail", "invitation", "session"),
        *("absence", "deputy", "staffing", "membership", "account", "office"),
        *("outbox", "inbox", "done_once", "access_seal", "access_log", "job", "instance_mark"),
    ):
        op.drop_table(table)
