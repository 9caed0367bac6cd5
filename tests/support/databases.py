"""Looking into a service's database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, text

from chassis.inserting import flush


class TestDatabase:
    """The database of one service, with that service's own login."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine(url, pool_size=2, pool_pre_ping=True)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that takes what `chassis.db.after_commit` queues and forgets it."""
        with self.engine.connect() as connection:
            tx = connection.execution_options(after_commit=[], late=[])
            with tx.begin():
                yield tx
                flush(tx)

    def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a statement as dicts."""
        with self.begin() as tx:
            return [dict(row) for row in tx.execute(text(statement), values).mappings()]

    def scalar(self, statement: str, **values: Any) -> Any:
        """Return the one value of a statement."""
        with self.begin() as tx:
            return tx.execute(text(statement), values).scalar()

    def execute(self, statement: str, **values: Any) -> int:
        """Run a statement; returns how many rows it touched."""
        with self.begin() as tx:
            return int(tx.execute(text(statement), values).rowcount)

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()
