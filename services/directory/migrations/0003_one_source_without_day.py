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
    has_no_day = sa.text("as_of IS NULL")
    op.create_index(
        "uq_source_without_day",
        "source",
        ["dataset", "sha256"],
        unique=True,
        postgresql_where=has_no_day,
        sqlite_where=has_no_day,
    )


def downgrade() -> None:
    op.drop_index("uq_source_without_day", "source")
