"""Who of an office has an alert, and the record of taking, letting go and handing on."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.add_column("alert", sa.Column("held_by", Id(), nullable=True))
    op.add_column("alert", sa.Column("held_for_office_id", Id(), nullable=True))
    op.add_column("alert", sa.Column("held_since", Moment(), nullable=True))
    op.create_table(
        "taking",
        sa.Column("taking_id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("actor_id", Id(), nullable=False),
        sa.Column("held_by", Id(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_taking_alert_id_alert")),
        sa.PrimaryKeyConstraint("taking_id", name=op.f("pk_taking")),
    )
    op.create_index(op.f("ix_taking_alert_id"), "taking", ["alert_id"], unique=False)
