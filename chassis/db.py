"""The database of one service: engine, and the transaction that saves and announces."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, any_, bindparam, create_engine
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Engine

from chassis import green, inserting
from chassis.embedded import sqlite
from chassis.inserting import insert_late, insert_new
from chassis.wire import from_json, to_json

__all__ = ["Database", "after_commit", "among", "insert_late", "insert_new"]

# Whoever waits for a machine that has vanished is told so, instead of waiting for ever.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # ms
}
# Statements are the same again and again: planned once for any value, and kept from their second time on.
_PLANNED_ONCE = {"prepare_threshold": 1, "options": "-c plan_cache_mode=force_generic_plan"}


class Database:
    """Opens transactions. What is queued by `after_commit` runs once the commit has succeeded."""

    engine: Engine

    def __init__(self, url: str, pool_size: int = 12) -> None:
        self._turn: Callable[[], AbstractContextManager[None]] = nullcontext
        self._watch: sqlite.Watch | None = None
        if sqlite.is_sqlite(url):
            self._turn, self.engine = sqlite.turn_at(url).taken, sqlite.make_engine(url)
            self._watch = sqlite.Watch(self.engine)
            return
        green.wait_for_database()
        # hide_parameters: an error's words must not hold the values of a statement.
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=False,
            hide_parameters=True,
            json_serializer=to_json,
            json_deserializer=from_json,
            # Few connections with warm statements rather than all in turn.
            pool_use_lifo=True,
            connect_args={**_PATIENCE, **_PLANNED_ONCE},
        )

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction: commit at the end, roll back on any error.

        A connection that the server has closed meanwhile is thrown away with its whole pool, so the
        next transaction gets a fresh one; this one fails and its caller tries again. On SQLite it begins
        when nobody else writes, and one that is opened inside another may only read.
        """
        waiting: list[Callable[[], None]] = []
        with self._turn(), self.engine.connect() as connection:
            tx = connection.execution_options(after_commit=waiting, late=[])
            with tx.begin():
                yield tx
                inserting.flush(tx)
        for act in waiting:
            act()

    def version(self) -> int | None:
        """Return a number that is another one once anybody has changed something.

        None where finding out would cost as much as looking for what has changed.
        """
        return self._watch.version() if self._watch is not None else None

    def close(self) -> None:
        """Close every connection."""
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()


def after_commit(tx: Connection, act: Callable[[], None]) -> None:
    """Run `act` when this transaction has been committed; never when it is rolled back."""
    tx.get_execution_options()["after_commit"].append(act)


def among(tx: Connection, which: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return that the column is one of these values, by a statement whose text is the same for any number."""
    if tx.dialect.name == "sqlite":
        return which.in_(values)
    return which == any_(bindparam(None, list(values), type_=ARRAY(which.type), unique=True))
