"""A webhook is sent to in turns: the lease is its own, not its messages'."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
additive = True

_TO_BE_SENT = {name: sa.text("state = 'queued'") for name in ("postgresql_where", "sqlite_where")}


def upgrade() -> None:
    op.add_column("webhook", sa.Column("lease", Id(), nullable=True))
    op.add_column("webhook", sa.Column("leased_until", Moment(), nullable=True))
    op.drop_index("ix_webhook_delivery_due", table_name="webhook_delivery")
    op.create_index(
        "ix_webhook_delivery_waiting", "webhook_delivery", ["webhook_id", "next_try_at"], **_TO_BE_SENT
    )
