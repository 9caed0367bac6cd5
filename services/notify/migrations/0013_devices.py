"""Browsers that are told by push, the keys for that, and everybody's order of channels.

Not additive: older code would send by mail what is to go to a browser.
"""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "push_key",
        sa.Column("key_id", Id(), nullable=False),
        sa.Column("public", sa.String(length=100), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("closed_with", sa.String(length=16), nullable=False),
        sa.Column("made_with", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_push_key")),
        sa.UniqueConstraint("public", name=op.f("uq_push_key_public")),
        sa.UniqueConstraint("made_with", name=op.f("uq_push_key_made_with")),
    )
    op.create_table(
        "device",
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("closed_with", sa.String(length=16), nullable=False),
        sa.Column("key_id", Id(), nullable=False),
        sa.Column("browser", sa.String(length=20), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("last_sent_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["push_key.key_id"], name=op.f("fk_device_key_id_push_key")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_device_endpoint_hash")),
    )
    op.create_index(op.f("ix_device_account_id"), "device", ["account_id"])
    op.create_table(
        "channel_rank",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "urgency", "channel", name=op.f("pk_channel_rank")),
    )
