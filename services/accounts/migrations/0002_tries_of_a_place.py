"""Wrong tries are counted for the place they come from, too."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "sign_in_place",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("busy_until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_sign_in_place")),
    )
    op.create_index(op.f("ix_sign_in_place_busy_until"), "sign_in_place", ["busy_until"], unique=False)
    op.create_table(
        "sign_in_known",
        sa.Column("login_hash", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("login_hash", "place", name=op.f("pk_sign_in_known")),
    )
    op.create_index(op.f("ix_sign_in_known_last_at"), "sign_in_known", ["last_at"], unique=False)
