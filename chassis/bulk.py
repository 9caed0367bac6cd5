"""Many rows by one statement where plain inserting does not do: replacing, changing, counting."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from chassis.inserting import Columns, Row, insert_rows, new_rows, rows_as_json


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
    is_sqlite = tx.dialect.name == "sqlite"
    tx.execute(_keep(table, key, is_sqlite), ordered if is_sqlite else {"new": rows_as_json(ordered)})


@cache
def _keep(table: Table, key: str, is_sqlite: bool) -> Any:
    names = tuple(column.name for column in table.c)
    statement: Any = sqlite_insert(table) if is_sqlite else insert_rows(table, names, "new")
    others = {name: statement.excluded[name] for name in names if name != key}
    is_newer = table.c.revision < statement.excluded.revision
    return statement.on_conflict_do_update(index_elements=[key], set_=others, where=is_newer)


def change_rows(tx: Connection, table: Table, key: str, rows: Sequence[Row]) -> None:
    """Set the other columns of each row where `key` is the row's; all rows have the same columns."""
    if not rows:
        return
    columns = tuple(rows[0])
    if tx.dialect.name == "sqlite":
        tx.execute(_change_one(table, key, columns), [{f"new_{n}": row[n] for n in columns} for row in rows])
    else:
        tx.execute(_change(table, key, columns), {"new": rows_as_json(rows)})


@cache
def _change(table: Table, key: str, columns: Columns) -> Any:
    new = new_rows(table, columns, "new")
    values = {name: new.c[name] for name in columns if name != key}
    return table.update().where(table.c[key] == new.c[key]).values(values)


@cache
def _change_one(table: Table, key: str, columns: Columns) -> Any:
    given = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    others = {name: value for name, value in given.items() if name != key}
    return table.update().where(table.c[key] == given[key]).values(others)


def count_on(tx: Connection, table: Table, key: str, counter: str, rows: Sequence[Row]) -> dict[Any, int]:
    """Add to the `counter` of each row's `key`, from 0 where it is new; returns the sums by key.

    The counters stay locked until the transaction ends; give the rows in one order everywhere.
    """
    is_sqlite = tx.dialect.name == "sqlite"
    result = tx.execute(
        _count_on(table, key, counter, is_sqlite), list(rows) if is_sqlite else {"new": rows_as_json(rows)}
    )
    return {row[0]: row[1] for row in result}


@cache
def _count_on(table: Table, key: str, counter: str, is_sqlite: bool) -> Any:
    statement: Any = sqlite_insert(table) if is_sqlite else insert_rows(table, (key, counter), "new")
    total = table.c[counter] + statement.excluded[counter]
    statement = statement.on_conflict_do_update(index_elements=[key], set_={counter: total})
    return statement.returning(table.c[key], table.c[counter])
