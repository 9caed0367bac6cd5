"""When each handoff was first seen and first acknowledged, and alerts by the time they were raised.

What lies before this is told as far as alerts and inboxes still know it, in clock time only.
"""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
additive = True

_KNOWN = """
    INSERT INTO milestone (handoff_id, seen_at, acknowledged_at)
    SELECT handoff_id,
        (SELECT min(read_at) FROM inbox_item
            WHERE inbox_item.alert_id = alert.alert_id AND kind = 'discharge_note'),
        CASE WHEN ended_as IN ('acknowledged', 'accepted') THEN ended_at END
    FROM alert WHERE raised_at IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "milestone",
        sa.Column("handoff_id", Id(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.Column("seen_office_s", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.Column("acknowledged_office_s", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_milestone")),
    )
    op.create_index("ix_alert_raised", "alert", ["raised_at"], unique=False)
    op.execute(_KNOWN)
