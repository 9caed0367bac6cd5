"""Cover sheets of FAX, what came back on them, and by which channel offices have received."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "fax_sheet",
        sa.Column("sheet_id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("returned_by", Id(), nullable=True),
        sa.Column("returned_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_fax_sheet_alert_id_alert")),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_fax_sheet")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_fax_sheet_code_hash")),
    )
    op.create_index(op.f("ix_fax_sheet_alert_id"), "fax_sheet", ["alert_id"], unique=False)
    op.add_column(
        "receipt", sa.Column("channel", sa.String(length=10), nullable=False, server_default="link")
    )
    op.add_column("unreached", sa.Column("refused_at", Moment(), nullable=True))
