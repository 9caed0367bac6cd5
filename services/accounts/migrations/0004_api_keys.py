"""API keys, by which an office's own system acts in somebody's name."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Json, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("key_id", Id(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("begins", sa.String(length=12), nullable=False),
        sa.Column("membership_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("agreed_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=True),
        sa.Column("withdrawn_by", Id(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.membership_id"], name=op.f("fk_api_key_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_index(op.f("ix_api_key_membership_id"), "api_key", ["membership_id"], unique=False)
    op.create_index(op.f("ix_api_key_office_id"), "api_key", ["office_id"], unique=False)
