"""`bus.db`: the messages and declarations that outlive the process."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from chassis.embedded.parcel import Parcel

_TABLES = """
CREATE TABLE IF NOT EXISTS exchange (name TEXT PRIMARY KEY, type TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY, arguments TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS binding (
    exchange TEXT NOT NULL, queue TEXT NOT NULL, routing_key TEXT NOT NULL,
    PRIMARY KEY (exchange, queue, routing_key)
);
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, queue TEXT NOT NULL, exchange TEXT NOT NULL, routing_key TEXT NOT NULL,
    properties TEXT NOT NULL, body BLOB NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0, due_at REAL
);
"""
_COLUMNS = "exchange, routing_key, body, properties, id, deliveries, due_at"


class BusBroken(Exception):
    """`bus.db` cannot be read. What it held stands in the journals, too: `tsunagi rebuild-bus`."""


class Rows:
    """One file, used by one process. No call yields, so every call is one step for all greenthreads."""

    def __init__(self, file: Path) -> None:
        if not is_whole(file):
            raise BusBroken(f"{file} is broken: stop the instance and run `tsunagi rebuild-bus`")
        file.touch(mode=0o600)
        # What may be lost with the machine's power costs no wait for the disk: declarations, which are
        # repeated at each start, and what `count` and `remove` write.
        self._lazy = _open(file, "NORMAL")
        self._lazy.executescript(_TABLES)
        self._sure = _open(file, "FULL")

    def declared(self) -> tuple[dict[str, str], dict[str, dict[str, Any]], list[tuple[str, str, str]]]:
        """Return {exchange: type}, {queue: arguments} and the bindings (exchange, queue, routing key)."""
        exchanges = dict(self._lazy.execute("SELECT name, type FROM exchange").fetchall())
        queues = self._lazy.execute("SELECT name, arguments FROM queue").fetchall()
        bindings = self._lazy.execute("SELECT exchange, queue, routing_key FROM binding").fetchall()
        return exchanges, {name: json.loads(arguments) for name, arguments in queues}, bindings

    def waiting(self) -> Iterable[tuple[int, str, float | None]]:
        """Yield (id, queue, due_at) of every message, oldest first."""
        yield from self._lazy.execute("SELECT id, queue, due_at FROM message ORDER BY id")

    def keep_exchange(self, name: str, type: str) -> None:
        """Remember an exchange."""
        self._lazy.execute("INSERT OR IGNORE INTO exchange VALUES (?, ?)", (name, type))

    def keep_queue(self, name: str, arguments: dict[str, Any]) -> None:
        """Remember a queue."""
        self._lazy.execute("INSERT OR IGNORE INTO queue VALUES (?, ?)", (name, json.dumps(arguments)))

    def keep_binding(self, exchange: str, queue: str, routing_key: str) -> None:
        """Remember a binding."""
        self._lazy.execute("INSERT OR IGNORE INTO binding VALUES (?, ?, ?)", (exchange, queue, routing_key))

    def forget_binding(self, exchange: str, queue: str, routing_key: str) -> None:
        """Forget a binding."""
        where = "exchange = ? AND queue = ? AND routing_key = ?"
        self._lazy.execute(f"DELETE FROM binding WHERE {where}", (exchange, queue, routing_key))  # noqa: S608

    def write(self, new: Sequence[tuple[str, Parcel]], gone: Sequence[int] = ()) -> None:
        """Save messages under their ids, and remove others, in one step; they are on the disk afterwards."""
        rows = [
            (p.id, queue, p.exchange, p.routing_key, json.dumps(p.properties), p.body, p.deliveries, p.due_at)
            for queue, p in new
        ]
        self._sure.execute("BEGIN IMMEDIATE")
        try:
            self._sure.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._sure.executemany("DELETE FROM message WHERE id = ?", [(id,) for id in gone])
            self._sure.execute("COMMIT")
        except BaseException:
            # With the disk full SQLite has done so by itself.
            if self._sure.in_transaction:
                self._sure.execute("ROLLBACK")
            raise

    def fetch(self, id: int) -> Parcel:
        """Return a message."""
        row = self._lazy.execute(f"SELECT {_COLUMNS} FROM message WHERE id = ?", (id,)).fetchone()  # noqa: S608
        exchange, routing_key, body, properties, *others = row
        return Parcel(exchange, routing_key, bytes(body), json.loads(properties), *others)

    def count(self, id: int) -> None:
        """Count a delivery. Survives the process; with the power the count may be lost."""
        self._lazy.execute("UPDATE message SET deliveries = deliveries + 1 WHERE id = ?", (id,))

    def remove(self, id: int) -> None:
        """Remove a message. With the power this may be lost: then it is delivered again."""
        self._lazy.execute("DELETE FROM message WHERE id = ?", (id,))

    def close(self) -> None:
        """Close the file."""
        self._sure.close()
        self._lazy.close()


def is_whole(file: Path) -> bool:
    """Return whether SQLite finds no fault in the file; one that is not there, or empty, has none."""
    if not file.exists():
        return True
    try:
        with closing(_open(file, "NORMAL")) as known:
            return bool(known.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        # Locked, full or read-only.
        return True
    except sqlite3.DatabaseError:
        return False


def is_declared(file: Path) -> bool:
    """Return whether the file has queues. As soon as an instance tells of anything it has."""
    if not file.exists():
        return False
    with closing(_open(file, "NORMAL")) as known:
        known.executescript(_TABLES)
        return known.execute("SELECT 1 FROM queue LIMIT 1").fetchone() is not None


def forget_messages(file: Path) -> None:
    """Remove every message of a file that no process has open; declarations stay."""
    known = _open(file, "FULL")
    try:
        known.executescript(_TABLES)
        known.execute("DELETE FROM message")
    finally:
        known.close()


class Memory:
    """What `Rows` does for messages, for queues that end with the process."""

    def __init__(self) -> None:
        self._parcels: dict[int, Parcel] = {}

    def write(self, new: Sequence[tuple[str, Parcel]], gone: Sequence[int] = ()) -> None:
        """Keep messages under their ids, and remove others."""
        self._parcels.update((parcel.id, parcel) for _, parcel in new)
        for id in gone:
            self._parcels.pop(id, None)

    def fetch(self, id: int) -> Parcel:
        """Return a message."""
        return self._parcels[id]

    def count(self, id: int) -> None:
        """Deliveries of such messages are counted by nobody."""

    def remove(self, id: int) -> None:
        """Remove a message."""
        self._parcels.pop(id, None)


def _open(file: Path, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=1)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    return connection
