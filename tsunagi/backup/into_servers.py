"""Restores into PostgreSQL's databases: all of them, or none, or what a second try goes on with.

The rows of all five are loaded in five transactions that are committed last, one right after the other.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, func, inspect, literal_column, select, text

from chassis import migrate
from chassis.config import Settings
from tsunagi.backup import dumping, encrypted, restored
from tsunagi.backup.announcing import announce_again
from tsunagi.backup.archive import Contents
from tsunagi.backup.emptying import have_tables, quoted
from tsunagi.backup.refusal import BackupRefused, not_empty
from tsunagi.backup.tables import transaction

Urls = Mapping[str, str]


def check(urls: Urls, about: dict[str, Any]) -> list[str]:
    """Return which databases still have to be loaded. Raises BackupRefused when one holds other data."""
    mine = restored.mark_of(about["id"])
    marks, empty = {}, {}
    for service, url in urls.items():
        with transaction(url) as tx:
            _refuse_company(tx, service)
            marks[service] = restored.marked(tx)
            empty[service] = restored.is_empty(tx)
    if marks[[*urls][-1]] == mine:
        return []  # the last is committed last: all have their rows
    if others := [service for service in urls if marks[service] not in ("", mine)]:
        raise BackupRefused(
            f"the restore of another backup was not finished ({', '.join(others)}): restore that one again,"
            " or begin with a new instance"
        )
    taken = [service for service in urls if marks[service] != mine and not empty[service]]
    if taken:
        raise not_empty(", ".join(taken))
    return [service for service in urls if marks[service] != mine]


def restore(urls: Urls, contents: Contents, wanted: list[str], settings: Mapping[str, Settings]) -> int:
    """Load these databases and have missing facts published again; returns how many of these.

    `settings` are those of each service.
    """
    about = contents.about
    for service in wanted:
        with transaction(urls[service]) as tx:
            have_tables(service, tx, urls[service], about["revisions"][service])
    with ExitStack() as opened:
        databases = {service: opened.enter_context(transaction(url)) for service, url in urls.items()}
        for service in wanted:
            _make_room(databases[service])
        _load(databases, contents, wanted)
        for service in wanted:
            _set_sequences(databases[service])
            restored.mark(databases[service], about["id"])
        restored.end_sessions(databases["accounts"])
        encrypted.close_anew(databases, about, settings)
        count = announce_again(databases, datetime.fromisoformat(about["began_at"]))
        for tx in databases.values():
            tx.commit()
    return count


def finish(urls: Urls, now: datetime) -> None:
    """Bring the databases to the present shape and let programs start on them.

    `now` is by the instance's clock.
    """
    for service, url in urls.items():
        migrate.upgrade(service, url)
    for service, url in urls.items():
        with transaction(url) as tx:
            restored.ask_anew(tx, service, now)
            restored.unmark(tx)
            tx.commit()


def _refuse_company(tx: Connection, service: str) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = current_user AND pid <> pg_backend_pid()"
    )
    if tx.execute(others).scalar():
        raise BackupRefused(f"a program uses the database of {service}: stop it, then restore again")


def _make_room(tx: Connection) -> None:
    names = ", ".join(map(quoted, inspect(tx).get_table_names()))
    tx.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    if not restored.is_empty(tx):
        raise BackupRefused("somebody has written meanwhile: stop all programs, then restore again")
    tx.execute(text("DELETE FROM instance_mark"))


def _load(databases: Mapping[str, Connection], contents: Contents, wanted: list[str]) -> None:
    for part, chunks in groupby(contents, key=lambda each: each[0]):
        service, table = part.split("/")
        if service not in wanted:
            continue
        columns = contents.about["tables"][service][table]
        statement = dumping.copy_statement(table, columns, "FROM STDIN")
        with dumping.cursor_of(databases[service]) as cursor, cursor.copy(statement) as copy:
            for _, chunk in chunks:
                copy.write(chunk)


def _set_sequences(tx: Connection) -> None:
    for table in inspect(tx).get_table_names():
        for column in inspect(tx).get_columns(table):
            if column.get("identity"):
                _set_sequence(tx, table, column["name"])


def _set_sequence(tx: Connection, table: str, column: str) -> None:
    highest = select(func.coalesce(func.max(literal_column(quoted(column))), 0)).select_from(
        sqlalchemy.table(table)
    )
    sequence = func.pg_get_serial_sequence(quoted(table), column)
    tx.execute(select(func.setval(sequence, tx.execute(highest).scalar_one() + 1, False)))
