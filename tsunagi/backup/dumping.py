"""The parts of one database: a table each of PostgreSQL's, or the whole file of SQLite's.

PostgreSQL's tables come by COPY in one transaction, as `pg_dump` reads them; the tables themselves are
made by our migrations. So neither its programs are needed nor a server of the same version.
"""

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from tsunagi.backup.archive import CHUNK, Part

_COPY = ".backup-"
NOT_OURS = "alembic_version"


def tables_of(tx: Connection) -> dict[str, list[str]]:
    """Return the tables with their columns, those first that others refer to."""
    look = inspect(tx)
    names = [name for name, _ in look.get_sorted_table_and_fkc_names() if name not in (None, NOT_OURS)]
    return {
        str(name): [each["name"] for each in look.get_columns(str(name)) if not each.get("computed")]
        for name in names
    }


def parts(service: str, tx: Connection) -> Iterator[Part]:
    """Yield the parts of a service's database as this transaction sees it."""
    if tx.dialect.name == "sqlite":
        yield service, _file(tx)
        return
    for table, columns in tables_of(tx).items():
        yield f"{service}/{table}", _rows(tx, table, columns)


def copy_statement(table: str, columns: list[str], direction: str) -> str:
    """Return the COPY of a table, `TO STDOUT` or `FROM STDIN`; names come from the database itself."""
    quoted = ", ".join(f'"{name}"' for name in columns)
    return f'COPY "{table}" ({quoted}) {direction}'


def cursor_of(tx: Connection) -> Any:
    """Return a psycopg cursor in this transaction."""
    driver: Any = tx.connection.driver_connection
    return driver.cursor()


def _rows(tx: Connection, table: str, columns: list[str]) -> Iterator[bytes]:
    with cursor_of(tx) as cursor, cursor.copy(copy_statement(table, columns, "TO STDOUT")) as copy:
        for row in copy:
            yield bytes(row)


def _file(tx: Connection) -> Iterator[bytes]:
    """Yield a copy of the file. It lies beside the original for the while, readable as that is."""
    source: Any = tx.connection.driver_connection
    folder = Path(tx.engine.url.database or "").parent
    with _cleared(folder):
        handle, name = tempfile.mkstemp(prefix=_COPY, dir=folder)
        os.close(handle)
        try:
            with closing(sqlite3.connect(name)) as copy:
                # This connection reads already, so the copy is of the moment at which it began.
                source.backup(copy)
            with Path(name).open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        finally:
            _remove(folder, Path(name).name)


@contextmanager
def _cleared(folder: Path) -> Iterator[None]:
    """Have no copy there that a killed backup left; one that is being made by another backup stays."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder, _COPY)
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def _remove(folder: Path, beginning: str) -> None:
    for path in folder.glob(f"{beginning}*"):
        path.unlink(missing_ok=True)
