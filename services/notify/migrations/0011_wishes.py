"""When people want to be written to, and until when a letter may be kept for that."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Json, Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_wish")),
    )
    op.add_column("delivery", sa.Column("latest_at", Moment(), nullable=True))
