"""In which language somebody is written to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.add_column("account", sa.Column("language", sa.String(length=2), nullable=True))
