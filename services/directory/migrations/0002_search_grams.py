"""Searches by a part of a name use an index, for words of one and two characters, too (ADR 19)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
additive = True

# Every character and every two neighbours of each line. Only functions of PostgreSQL's own, so that it
# gives the same for ever (IMMUTABLE) and works with an empty search path, as when a dump is restored.
_SEARCH_GRAMS = """
CREATE FUNCTION search_grams(given text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM regexp_split_to_table(given, '\n') AS line,
         generate_series(1, length(line)) AS at,
         LATERAL (VALUES (substr(line, at, 1)), (substr(line, at, 2))) AS grams (gram)
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_SEARCH_GRAMS)
        op.create_index(
            "ix_facility_search_grams",
            "facility",
            [sa.text("search_grams(search_text)")],
            postgresql_using="gin",
        )
    op.create_index(
        "ix_facility_order", "facility", [sa.text("is_listed DESC"), "kana", "name", "facility_id"]
    )
