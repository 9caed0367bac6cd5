"""Inserting with few statements: any number of rows by one, rows of several tables by one.

PostgreSQL is given the rows as one JSON value. So the text of a statement does not depend on how many
rows there are, it is prepared once, and each costs one way to the server and back (ADR 13). SQLite has
no server to wait for and takes the rows as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from chassis.wire import to_json

Row = dict[str, Any]
Columns = tuple[str, ...]


def insert_new(
    tx: Connection, table: Table, rows: Sequence[Row], returning: "Column[Any] | None" = None
) -> list[Any]:
    """Insert `rows`, leaving out those whose key is there already; returns `returning` of the new ones."""
    if not rows:
        return []
    if tx.dialect.name == "sqlite":
        statement: Any = sqlite_insert(table).on_conflict_do_nothing()
        values: Any = list(rows)
        statement = statement if returning is None else statement.returning(returning)
    else:
        statement, values = _insert_new(table, tuple(rows[0]), returning), {"new": rows_as_json(rows)}
    result = tx.execute(statement, values)
    return [] if returning is None else list(result.scalars())


@cache
def _insert_new(table: Table, columns: Columns, returning: "Column[Any] | None") -> Any:
    statement = insert_rows(table, columns, "new").on_conflict_do_nothing()
    return statement if returning is None else statement.returning(returning)


@dataclass
class _Late:
    """Rows of one table that wait for the end of their transaction."""

    table: Table
    columns: Columns
    rows: list[Row]
    refusal: Exception | None


def insert_late(tx: Connection, table: Table, rows: Iterable[Row], refusal: Exception | None = None) -> None:
    """Insert `rows` at the end of the transaction, together with all that is inserted late.

    Nothing else in the transaction may look for them. When a constraint of the table refuses one,
    `refusal` is raised instead of IntegrityError.
    """
    waiting: list[_Late] = tx.get_execution_options()["late"]
    for row in rows:
        columns = tuple(row)
        same = next((each for each in waiting if each.table is table and each.columns == columns), None)
        if same is None:
            waiting.append(same := _Late(table, columns, [], refusal))
        same.rows.append(row)


def flush(tx: Connection) -> None:
    """Insert what waits. `Database.begin` does it before each commit."""
    waiting: list[_Late] = tx.get_execution_options()["late"]
    if not waiting:
        return
    try:
        if tx.dialect.name == "sqlite":
            _one_by_one(tx, waiting)
        else:
            names = tuple((each.table, each.columns) for each in waiting)
            tx.execute(
                _together(names), {f"rows_{n}": rows_as_json(each.rows) for n, each in enumerate(waiting)}
            )
    except IntegrityError as error:
        refused = _refused_table(error)
        refusal = next((each.refusal for each in waiting if each.table.name == refused), None)
        raise (refusal or error) from error
    finally:
        waiting.clear()


def _one_by_one(tx: Connection, waiting: list[_Late]) -> None:
    for each in waiting:
        try:
            tx.execute(each.table.insert(), each.rows)
        except IntegrityError as error:
            raise (each.refusal or error) from error


def _refused_table(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.orig, "diag", None)
    return diagnosis.table_name if diagnosis else None


@cache
def _together(parts: tuple[tuple[Table, Columns], ...]) -> Any:
    """Return one statement that inserts into every table; foreign keys are checked at its end."""
    *first, last = [insert_rows(table, columns, f"rows_{n}") for n, (table, columns) in enumerate(parts)]
    for number, each in enumerate(first):
        last = last.add_cte(each.cte(f"part_{number}"))
    return last


@cache
def insert_rows(table: Table, columns: Columns, name: str) -> PostgresqlInsert:
    """Return PostgreSQL's INSERT of the rows in the JSON parameter `name`."""
    new = new_rows(table, columns, name)
    return postgresql_insert(table).from_select(list(columns), select(*(new.c[each] for each in columns)))


def new_rows(table: Table, columns: Columns, name: str) -> Any:
    """Return what PostgreSQL reads these columns of new rows from: the JSON parameter `name`."""
    rows = cast(bindparam(name, type_=Text), JSONB)
    new = func.jsonb_to_recordset(rows).table_valued(*(column(each, table.c[each].type) for each in columns))
    return new.render_derived(name=f"new_{name}", with_types=True)


def rows_as_json(rows: Sequence[Row]) -> str:
    """Return the value of that parameter."""
    return to_json(rows, _told)


def _told(value: Any) -> str:
    """Return a value as PostgreSQL reads it out of JSON."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no column type of ours")
