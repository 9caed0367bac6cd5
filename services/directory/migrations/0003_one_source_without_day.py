"""SQLite, too, keeps a list whose day is unknown once: to it two missing days are two days."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    # There are no two yet: whoever adds one looks first, and SQLite has one writer at a time.
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(
            "uq_source_without_day",
            "source",
            ["dataset", "sha256"],
            unique=True,
            sqlite_where=sa.text("as_of IS NULL"),
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("uq_source_without_day", "source")
