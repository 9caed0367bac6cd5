"""Letters that were given up lately are found without a look at all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
additive = True

_GIVEN_UP = {name: sa.text("outcome = 'failed'") for name in ("postgresql_where", "sqlite_where")}


def upgrade() -> None:
    op.create_index("ix_delivery_log_failed", "delivery_log", ["log_id"], **_GIVEN_UP)
