"""Links in letters, and what offices have received by them."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_link_alert_id_alert")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_ends_at"), "link", ["ends_at"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("receipt_id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_receipt_alert_id_alert")),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("alert_id", "rung", name=op.f("uq_receipt_alert_id_rung")),
    )
