"""By which letter a delivery went out, and how many letters somebody has had of late."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "burst",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "channel", name=op.f("pk_burst")),
    )
    op.add_column("delivery", sa.Column("letter_id", Id(), nullable=True))
