"""What reached nobody, and the calls that the desk makes then."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "unreached",
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("reached_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_unreached_alert_id_alert")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_unreached")),
    )
    op.create_index(
        "ix_unreached_since",
        "unreached",
        ["since"],
        unique=False,
        postgresql_where=sa.text("reached_at IS NULL"),
        sqlite_where=sa.text("reached_at IS NULL"),
    )
    op.create_table(
        "phone_call",
        sa.Column("call_id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("office_id", Id(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("again_at", Moment(), nullable=True),
        sa.Column("called_by", Id(), nullable=False),
        sa.Column("called_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_phone_call_alert_id_alert")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_phone_call")),
    )
    op.create_index(op.f("ix_phone_call_alert_id"), "phone_call", ["alert_id"], unique=False)
