"""Addresses at which letters do not arrive, and when they were put right."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.add_column("account", sa.Column("email_changed_at", Moment(), nullable=True))
    op.add_column("account", sa.Column("email_doubted_at", Moment(), nullable=True))
