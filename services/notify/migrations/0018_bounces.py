"""Letters are found again when they come back."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    of_several = sa.text("letter_id != delivery_id")
    op.create_index(
        "ix_delivery_letter_id",
        "delivery",
        ["letter_id"],
        unique=False,
        postgresql_where=of_several,
        sqlite_where=of_several,
    )
    op.add_column("channel_test", sa.Column("letter_id", Id(), nullable=True))
    op.create_index(op.f("ix_channel_test_letter_id"), "channel_test", ["letter_id"], unique=False)
