"""Indexes by which an inbox of many thousand alerts opens fast."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    _partly("ix_inbox_item_unread", "inbox_item", ["reader", "office_id", "seq"], "read_at IS NULL")
    _partly("ix_alert_recalled", "alert", ["alert_id"], "ended_as = 'recalled'")
    _partly("ix_alert_held", "alert", ["held_by"], "held_by IS NOT NULL AND ended_as IS NULL")


def _partly(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=False,
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(where),
    )
