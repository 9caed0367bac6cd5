"""A second factor beside the password. Not additive: older code would let people in without it."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Id, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("second_factor_reset_at", Moment(), nullable=True))
    op.create_table(
        "sign_in_step",
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_sign_in_step_account_id_account")
        ),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_sign_in_step")),
    )
    op.create_index(op.f("ix_sign_in_step_account_id"), "sign_in_step", ["account_id"], unique=False)
    op.create_index(op.f("ix_sign_in_step_started_at"), "sign_in_step", ["started_at"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("closed_with", sa.String(length=16), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_second_factor_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_index(op.f("ix_second_factor_closed_with"), "second_factor", ["closed_with"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f("pk_recovery_code")),
    )
