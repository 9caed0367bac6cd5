"""An index by which what is due for one person is found among many."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    queued = sa.text("state = 'queued'")
    op.create_index(
        "ix_delivery_whose",
        "delivery",
        ["account_id"],
        unique=False,
        postgresql_where=queued,
        sqlite_where=queued,
    )
