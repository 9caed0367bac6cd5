"""A second factor that is moved to another phone; recovery codes that came out of a backup."""

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
        "second_factor_move",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_second_factor_move_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor_move")),
    )
    op.add_column("second_factor", sa.Column("codes_restored_at", Moment(), nullable=True))
