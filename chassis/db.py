"""The database of one service: engine, column types, the transaction that saves and announces."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    JSON,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    MetaData,
    Uuid,
    any_,
    bindparam,
    create_engine,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import Engine
from sqlalchemy.types import TypeDecorator

from chassis import inserting
from chassis.embedded import sqlite
from chassis.inserting import insert_late, insert_new

__all__ = [
    "Database",
    "Id",
    "Json",
    "Moment",
    "after_commit",
    "among",
    "insert_late",
    "insert_new",
    "service_metadata",
]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Id(TypeDecorator[str]):
    """A UUID that is text in code and the database's own type in storage."""

    impl = Uuid(as_uuid=False)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        # Where the database has no type for it, it is stored as it is written everywhere else.
        return dialect.type_descriptor(CHAR(36) if dialect.name == "sqlite" else Uuid(as_uuid=False))


class Moment(TypeDecorator[datetime]):
    """A point in time: aware UTC in code. A naive value is refused, since its hour is a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


def service_metadata() -> MetaData:
    """Return the metadata of one service, with the tables that every service has."""
    from chassis import tables

    metadata = MetaData(naming_convention=NAMING)
    tables.attach(metadata)
    return metadata


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
        if sqlite.is_sqlite(url):
            self._turn, self.engine = sqlite.turn_at(url).taken, sqlite.make_engine(url)
            return
        # hide_parameters: an error's words must not hold the values of a statement.
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=False,
            hide_parameters=True,
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

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def after_commit(tx: Connection, act: Callable[[], None]) -> None:
    """Run `act` when this transaction has been committed; never when it is rolled back."""
    tx.get_execution_options()["after_commit"].append(act)


def among(tx: Connection, which: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return that the column is one of these values, by a statement whose text is the same for any number."""
    if tx.dialect.name == "sqlite":
        return which.in_(values)
    return which == any_(bindparam(None, list(values), type_=ARRAY(which.type), unique=True))
