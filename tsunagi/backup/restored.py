"""What is known about a database that is to be restored into: whether it is empty, or half restored.

A database that has got its rows is marked until the whole instance has: programs refuse to start on it,
and a restore that was broken off is told by it where to go on.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Date, bindparam, inspect, literal, select, table, text

from chassis.clock import TOKYO
from chassis.columns import Moment
from chassis.schema import NEEDS, RESTORING
from services.notify.daily import LISTS_AT
from tsunagi.backup.dumping import NOT_OURS


def mark_of(backup_id: str) -> str:
    """Return the mark of databases that were restored from this backup."""
    return f"{RESTORING}{backup_id[-10:]}"


def marked(tx: Connection) -> str:
    """Return the mark of an unfinished restore, or nothing."""
    if not inspect(tx).has_table("instance_mark"):
        return ""
    found = text("SELECT mark FROM instance_mark WHERE mark LIKE :mark")
    return str(tx.execute(found, {"mark": f"{RESTORING}%"}).scalar() or "")


def is_empty(tx: Connection) -> bool:
    """Return whether no table has a row but what migrations write."""
    names = [name for name in inspect(tx).get_table_names() if name not in (NOT_OURS, "instance_mark")]
    if any(tx.execute(select(literal(1)).select_from(table(name)).limit(1)).first() for name in names):
        return False
    return "instance_mark" not in inspect(tx).get_table_names() or not _is_marked_by_more(tx)


def mark(tx: Connection, backup_id: str) -> None:
    """Note that this database has its rows and others may not."""
    add = text("INSERT INTO instance_mark (mark, made_at) VALUES (:mark, :now)")
    tx.execute(add, {"mark": mark_of(backup_id), "now": datetime.now(UTC)})


def unmark(tx: Connection) -> None:
    """Note that the restore is finished."""
    tx.execute(text("DELETE FROM instance_mark WHERE mark LIKE :mark"), {"mark": f"{RESTORING}%"})


def end_sessions(accounts: Connection) -> None:
    """Have everybody sign in again: a session that was ended after the backup would be open once more."""
    accounts.execute(text("DELETE FROM session"))
    if inspect(accounts).has_table("sign_in_step"):
        accounts.execute(text("DELETE FROM sign_in_step"))
    # The same of keys: each waits until the person in whose name it acts agrees once more.
    if inspect(accounts).has_table("api_key"):
        accounts.execute(text("UPDATE api_key SET agreed_at = NULL"))


def ask_anew(tx: Connection, service: str, now: datetime) -> None:
    """Have people look after what may have changed since the backup. The tables have their present shape.

    A webhook that was removed since would be told again: each waits until its office's manager lets it go on.
    A recovery code that was used since would open once more: everybody is asked to make new ones. A move to
    another phone ended with the sessions. A browser that was removed since, or is used by others now, would
    show notices again, and a copy of an instance would ring real telephones: each is registered anew. Letters
    of a day that went out since would go out once more: those whose time has passed today begin tomorrow.
    `now` is by the clock of the instance.
    """
    known = _known(now)
    for statement in _ASKS.get(service, ()):
        asked = text(statement)
        names = [name for name in known if f":{name}" in statement]
        tx.execute(asked.bindparams(*(known[name] for name in names)))


def _known(now: datetime) -> dict[str, BindParameter[Any]]:
    here = now.astimezone(TOKYO)
    return {
        "now": bindparam("now", now, type_=Moment),
        "today": bindparam("today", here.date(), type_=Date),
        "time": bindparam("time", here.strftime("%H:%M")),
        "list_time": bindparam("list_time", LISTS_AT),
    }


_ASKS = {
    "accounts": (
        "UPDATE second_factor SET codes_restored_at = :now WHERE confirmed_at IS NOT NULL",
        "DELETE FROM second_factor_move",
    ),
    "notify": (
        "UPDATE webhook SET state = 'restored', told_at = NULL WHERE state = 'on'",
        "DELETE FROM device",
        "DELETE FROM daily_letter WHERE state = 'queued'",
        "INSERT INTO daily_turn (kind, of_id, day)"
        " SELECT 'digest', account_id, :today FROM wish WHERE digest_at <= :time"
        " ON CONFLICT (kind, of_id) DO UPDATE SET day = excluded.day WHERE daily_turn.day < excluded.day",
        "INSERT INTO daily_turn (kind, of_id, day)"
        " SELECT DISTINCT 'list', alert.desk_id, :today FROM alert"
        " LEFT JOIN desk_list ON desk_list.desk_id = alert.desk_id"
        " WHERE alert.desk_id IS NOT NULL AND coalesce(lists_at, :list_time) <= :time"
        " ON CONFLICT (kind, of_id) DO UPDATE SET day = excluded.day WHERE daily_turn.day < excluded.day",
    ),
}


def _is_marked_by_more(tx: Connection) -> bool:
    others = text("SELECT 1 FROM instance_mark WHERE mark NOT LIKE :needs")
    return tx.execute(others, {"needs": f"{NEEDS}%"}).first() is not None
