"""Freezing a process between its work outside and the row that tells of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from tests.support.databases import TestDatabase
from tests.support.eventually import eventually

_KEY = 7_001
_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND NOT granted"


@contextmanager
def frozen_before(database: TestDatabase, table: str, change: str) -> Iterator["Frozen"]:
    """Let every UPDATE of `table` whose new row fulfils `change` hang until the block is left.

    Whoever is killed meanwhile has changed nothing.
    """
    database.execute(
        f"CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_advisory_xact_lock({_KEY}); RETURN NEW; END $$"
    )
    database.execute(
        f"CREATE TRIGGER hang BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({change}) EXECUTE FUNCTION hang()"
    )
    with database.engine.connect() as holder:
        holder.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
        try:
            yield Frozen(database)
        finally:
            holder.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
    database.execute(f"DROP TRIGGER hang ON {table}")
    database.execute("DROP FUNCTION hang()")


class Frozen:
    """Tells when somebody hangs."""

    def __init__(self, database: TestDatabase) -> None:
        self._database = database

    def wait(self, within_s: float = 20) -> None:
        """Return when an UPDATE hangs."""
        eventually(lambda: self._database.scalar(_WAITING, key=_KEY), within_s)
