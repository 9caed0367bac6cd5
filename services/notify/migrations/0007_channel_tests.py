"""The last test that somebody made of a channel of their own."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "channel_test",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("tested_at", Moment(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "channel", name=op.f("pk_channel_test")),
    )
