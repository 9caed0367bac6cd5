"""What desks make of the rules, and with which version a ladder was begun.

Not additive: older code would climb a changed ladder by the waits that it brings.
"""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Json, Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_version",
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("changed_by", Id(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("desk_id", "rule", "version", name=op.f("pk_rule_version")),
    )
    op.add_column(
        "alert", sa.Column("rule_version", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
