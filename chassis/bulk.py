"""Writes many rows by one statement.

On PostgreSQL the rows travel as one array per column: the statement's text is the same for any number
of rows, so that it is compiled and planned once, and there is one round trip.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

Row = dict[str, Any]


def keep_newest(tx: Connection, table: Table, key: str, rows: Sequence[Row]) -> None:
    """Insert `rows`, or replace the row with the same `key` where its `revision` is older.

    Every row has every column of the table. Of several rows with one key the newest counts.
    """
    newest: dict[Any, Row] = {}
    for row in rows:
        if row[key] not in newest or newest[row[key]]["revision"] < row["revision"]:
            newest[row[key]] = row
    if not newest:
        return
    # In one order everywhere, so that two of these never wait for each other.
    ordered = [newest[id] for id in sorted(newest)]
    names = [column.name for column in table.c]
    statement, values = arrays(tx, table, names, ordered)
    others = {name: statement.excluded[name] for name in names if name != key}
    is_newer = table.c.revision < statement.excluded.revision
    tx.execute(statement.on_conflict_do_update(index_elements=[key], set_=others, where=is_newer), values)


def arrays(tx: Connection, table: Table, names: list[str], rows: Sequence[Row]) -> tuple[Any, Any]:
    """Return an insert of these columns and the values to execute it with."""
    if tx.dialect.name == "sqlite":
        return sqlite_insert(table), [{name: row[name] for name in names} for row in rows]
    return from_arrays(table, names), {f"{name}_": [row[name] for row in rows] for name in names}


def from_arrays(table: Table, names: list[str]) -> Any:
    """Return PostgreSQL's insert whose parameter `<column>_` is the array of that column's values."""
    columns = [
        func.unnest(bindparam(f"{name}_", type_=ARRAY(table.c[name].type, dimensions=1))).label(name)
        for name in names
    ]
    insert: Insert = postgresql_insert(table).from_select(names, select(*columns))
    return insert
