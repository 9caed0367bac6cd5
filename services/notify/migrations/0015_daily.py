"""Letters of a day: whose turn was taken, what is to be sent, and when a desk wants its list."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
additive = True

_WANTS = sa.text("digest_at IS NOT NULL")
_QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.add_column("wish", sa.Column("digest_at", sa.String(length=5), nullable=True))
    op.add_column("wish", sa.Column("office_id", Id(), nullable=True))
    op.create_index("ix_wish_digest", "wish", ["digest_at"], postgresql_where=_WANTS, sqlite_where=_WANTS)
    op.create_table(
        "daily_turn",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("of_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "of_id", name=op.f("pk_daily_turn")),
    )
    op.create_table(
        "daily_letter",
        sa.Column("letter_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("queued_at", Moment(), nullable=False),
        sa.Column("next_try_at", Moment(), nullable=True),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_daily_letter")),
        sa.UniqueConstraint(
            "kind",
            "account_id",
            "office_id",
            "day",
            name=op.f("uq_daily_letter_kind_account_id_office_id_day"),
        ),
    )
    op.create_index(
        "ix_daily_letter_due", "daily_letter", ["next_try_at"], postgresql_where=_QUEUED, sqlite_where=_QUEUED
    )
    op.create_table(
        "desk_list",
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("lists_at", sa.String(length=5), nullable=False),
        sa.Column("changed_by", Id(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_desk_list")),
    )
