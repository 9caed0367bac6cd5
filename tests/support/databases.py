"""Looking into a service's database."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text

from chassis.inserting import flush


class TestDatabase:
    """The database of one service, with that service's own login."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine(url, pool_size=2, pool_pre_ping=True)
        # Statements written as text have no types of ours: for these SQLite goes by the columns' types.
        self._plain = self.engine
        if self.is_sqlite:
            how = {"detect_types": sqlite3.PARSE_DECLTYPES}
            self._plain = create_engine(url, pool_size=2, connect_args=how)
            event.listen(self._plain, "before_cursor_execute", _in_its_words, retval=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.engine.dialect.name == "sqlite"

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
        with self._plain.begin() as tx:
            return [dict(row) for row in tx.execute(text(statement), self._told(values)).mappings()]

    def scalar(self, statement: str, **values: Any) -> Any:
        """Return the one value of a statement."""
        with self._plain.begin() as tx:
            return tx.execute(text(statement), self._told(values)).scalar()

    def execute(self, statement: str, **values: Any) -> int:
        """Run a statement; returns how many rows it touched."""
        if self.is_sqlite and statement.startswith("TRUNCATE "):
            return self._empty(statement.removeprefix("TRUNCATE ").split(","))
        with self._plain.begin() as tx:
            return int(tx.execute(text(statement), self._told(values)).rowcount)

    def holding(self, words: str) -> list[str]:
        """Return the names of the tables in which `words` stand anywhere."""
        names = inspect(self.engine).get_table_names()
        return [
            name for name in names if any(words in str(row) for row in self.rows(f'SELECT * FROM "{name}"'))
        ]

    def _empty(self, tables: list[str]) -> int:
        with self._plain.begin() as tx:
            return sum(tx.execute(text(f"DELETE FROM {table}")).rowcount for table in tables)

    def _told(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: _stored(value) for name, value in values.items()} if self.is_sqlite else values

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()
        self._plain.dispose()


def _in_its_words(
    connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
) -> tuple[str, Any]:
    """Say in SQLite's words what tests say in PostgreSQL's."""
    said = _CAST.sub(r"CAST(\1 AS \2)", statement)
    said = said.replace("now()", "strftime('%Y-%m-%d %H:%M:%f000', 'now')")
    return said, values


_CAST = re.compile(r"([\w.]+|\([^()]+\))::(\w+)")


def _stored(value: Any) -> Any:
    """Return a value as SQLAlchemy stores it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return json.dumps(value) if isinstance(value, dict | list) else value


sqlite3.register_converter("JSON", json.loads)
sqlite3.register_converter("BOOLEAN", lambda raw: bool(int(raw)))
sqlite3.register_converter("DATETIME", lambda raw: datetime.fromisoformat(raw.decode()).replace(tzinfo=UTC))
sqlite3.register_converter("DATE", lambda raw: date.fromisoformat(raw.decode()))
