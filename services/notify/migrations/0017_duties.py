"""Who is on duty at an office, and duties that people swap."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Json, Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.add_column("office", sa.Column("rota", Json, nullable=True))
    op.create_table(
        "duty_swap",
        sa.Column("swap_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("from_account_id", Id(), nullable=False),
        sa.Column("to_account_id", Id(), nullable=False),
        sa.Column("from_at", Moment(), nullable=False),
        sa.Column("until_at", Moment(), nullable=False),
        sa.Column("offered_at", Moment(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("swap_id", name=op.f("pk_duty_swap")),
    )
    op.create_index("ix_duty_swap_office", "duty_swap", ["office_id", "from_at"], unique=False)
    waits = sa.text("answer IS NULL")
    op.create_index(
        "ix_duty_swap_waiting",
        "duty_swap",
        ["to_account_id"],
        unique=False,
        postgresql_where=waits,
        sqlite_where=waits,
    )
