"""What accounts reads and saves of sessions and of wrong tries."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from chassis.db import insert_new
from services.accounts import session_rules
from services.accounts.models import session, sign_in_attempt
from services.accounts.second_factor_queries import end_steps_of

Row = dict[str, Any]


def token_hash(token: str) -> str:
    """Return under which name a token's session is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(tx: Connection, values: Row) -> None:
    """Save a new session."""
    tx.execute(session.insert(), values)


def get(tx: Connection, name: str) -> Row | None:
    """Return a session, ended ones too, or None."""
    row = tx.execute(select(session).where(session.c.session == name)).mappings().first()
    return dict(row) if row else None


def act_as(tx: Connection, name: str, membership_id: str) -> None:
    """Make another membership the active one."""
    tx.execute(session.update().where(session.c.session == name).values(membership_id=membership_id))


def end(tx: Connection, name: str) -> bool:
    """End one session; False when there was none."""
    return tx.execute(session.delete().where(session.c.session == name)).rowcount > 0


def end_of_account(tx: Connection, account_id: str, keep: str = "") -> list[str]:
    """End all sessions of a person but `keep`, half ones too; returns the names of the whole ones."""
    end_steps_of(tx, account_id)
    is_theirs = session.c.account_id == account_id, session.c.session != keep
    return list(tx.execute(session.delete().where(*is_theirs).returning(session.c.session)).scalars())


def end_over(tx: Connection, now: datetime) -> list[str]:
    """End the sessions whose time is over; returns their names."""
    is_over = or_(
        session.c.last_used_at <= now - session_rules.IDLE,
        session.c.started_at <= now - session_rules.LONGEST,
    )
    return list(tx.execute(session.delete().where(is_over).returning(session.c.session)).scalars())


def note_use(tx: Connection, last_used: dict[str, datetime], now: datetime) -> None:
    """Keep when sessions were used last; never earlier than known and never in the future."""
    if not last_used:
        return
    at = bindparam("at", type_=session.c.last_used_at.type)
    statement = session.update().where(session.c.session == bindparam("name"), session.c.last_used_at < at)
    # In one order everywhere: two gateways reporting the same sessions must not wait in a circle.
    rows = [{"name": name, "at": min(used, now)} for name, used in sorted(last_used.items())]
    tx.execute(statement.values(last_used_at=at), rows)


def count_try(tx: Connection, what: str, now: datetime, longest: timedelta) -> timedelta:
    """Count one more try of this; returns how long still to wait when it comes too early.

    The row stays locked until the end of the transaction, so that a hundred tries at once count as
    a hundred. A try that has to wait is not counted.
    """
    name = token_hash(what)
    insert_new(tx, sign_in_attempt, [{"login_hash": name, "tries": 0, "last_at": now}])
    is_it = sign_in_attempt.c.login_hash == name
    row = tx.execute(select(sign_in_attempt).where(is_it).with_for_update()).first()
    wait = session_rules.wait_left(row.tries, row.last_at, now, longest) if row else timedelta()
    if row and not wait:
        tx.execute(sign_in_attempt.update().where(is_it).values(tries=row.tries + 1, last_at=now))
    return wait


def forget_tries(tx: Connection, what: str) -> None:
    """Start afresh after the right password."""
    is_it = sign_in_attempt.c.login_hash == token_hash(what)
    tx.execute(sign_in_attempt.update().where(is_it).values(tries=0))


def forget_old_tries(tx: Connection, now: datetime) -> None:
    """Drop tries that are long past."""
    tx.execute(sign_in_attempt.delete().where(sign_in_attempt.c.last_at < now - session_rules.MEMORY))
