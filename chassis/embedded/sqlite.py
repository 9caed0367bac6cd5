"""A service's database as one SQLite file: one writer at a time, and nobody waits inside SQLite.

Waiting there would hold up every greenthread of the process, also the one that is waited for. So the
writers of a process take turns at a lock of Python's (green, where `chassis.green` has patched it), and
a file that another process is writing to is tried again after a short sleep.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.wire import canonical, from_json

PATIENCE_S = 10.0
_PAUSE_S = 0.005
_BLOCKS_AT_MOST_S = 0.02
_MISTAKES = ("no such", "near ", "ambiguous")

_turns: dict[str, "Turn"] = {}


def is_sqlite(url: str) -> bool:
    """Return whether this is the address of an SQLite file."""
    return url.startswith("sqlite")


class Turn:
    """Who may write to a file now. Whoever has the turn and opens a second transaction may only read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._depth = 0

    @property
    def is_nested(self) -> bool:
        """Whether the transaction that begins is inside another one."""
        return self._depth > 1

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the turn inside the block."""
        me = threading.get_ident()
        if self._holder != me:
            self._lock.acquire()
            self._holder = me
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._holder = None
                self._lock.release()


def turn_at(url: str) -> Turn:
    """Return the turn at a file; all of this process who open it share one."""
    return _turns.setdefault(url, Turn())


class Watch:
    """Tells by a connection of its own, which never writes, whether the file has been changed.

    A look costs a fiftieth of a transaction and waits for nobody.
    """

    def __init__(self, engine: Engine) -> None:
        self._file = engine.url.database or ""
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int:
        """Return SQLite's number for what others have committed so far."""
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._file, isolation_level=None, check_same_thread=False, timeout=_BLOCKS_AT_MOST_S
            )
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the file; the next look opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def make_engine(url: str) -> Engine:
    """Return an engine whose transactions begin as `Turn` says and keep foreign keys."""
    # The turn is taken before a connection: two are needed at most, the second to read inside the first.
    engine = create_engine(
        url,
        pool_size=3,
        max_overflow=2,
        hide_parameters=True,
        # It compares JSON as text, so that what is the same has to be written the same.
        json_serializer=lambda value: canonical(value).decode(),
        json_deserializer=from_json,
        connect_args={"timeout": _BLOCKS_AT_MOST_S},
    )
    turn = turn_at(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        _set_up(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        _patiently(connection, "BEGIN" if turn.is_nested else "BEGIN IMMEDIATE")
        # As with the rows that are inserted together elsewhere: they may refer to each other.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")

    @event.listens_for(engine, "handle_error")
    def name(context: Any) -> None:
        # One kind of error for a file that is locked and for a statement that is wrong: elsewhere two.
        error = context.original_exception
        if isinstance(error, sqlite3.OperationalError) and str(error).startswith(_MISTAKES):
            raise ProgrammingError(context.statement, None, error, hide_parameters=True) from error

    return engine


def migrate_in_transactions(engine: Engine) -> None:
    """Have the engine's transactions hold what changes tables, which Python's module commits by itself.

    Foreign keys are not looked at: a table that is made anew is dropped in between.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        _keep_journal(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        _patiently(connection, "BEGIN IMMEDIATE")


def _set_up(connection: sqlite3.Connection) -> None:
    _keep_journal(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    # LIKE tells capital letters from small ones, as it does elsewhere.
    connection.execute("PRAGMA case_sensitive_like = ON")


def _keep_journal(connection: sqlite3.Connection) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)
    connection.execute("PRAGMA synchronous = FULL")


def _patiently(connection: Connection, statement: str) -> None:
    """Begin; while another process writes, try again. Raises OperationalError after ten seconds."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.exec_driver_sql(statement)
            return
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)
