"""What accounts reads and saves of API keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from services.accounts.models import account, api_key, membership, office

Row = dict[str, Any]


def _keys() -> Select[Any]:
    """A key with its member: what `domain.is_active` asks for, and the place."""
    return (
        select(
            api_key,
            membership.c.account_id,
            membership.c.role,
            membership.c.municipality,
            membership.c.suspended_at,
            account.c.name.label("account_name"),
            account.c.password_hash,
            func.coalesce(office.c.name, "").label("office_name"),
        )
        .join(membership, membership.c.membership_id == api_key.c.membership_id)
        .join(account, account.c.account_id == membership.c.account_id)
        .outerjoin(office, office.c.office_id == api_key.c.office_id)
    )


def add(tx: Connection, values: Row) -> None:
    """Save a new key."""
    tx.execute(api_key.insert(), values)


def find(tx: Connection, key_hash: str) -> Row | None:
    """Return the key with this hash, whatever its state, or None."""
    return _one(tx, _keys().where(api_key.c.key_hash == key_hash))


def get(tx: Connection, key_id: str) -> Row | None:
    """Return one key, or None."""
    return _one(tx, _keys().where(api_key.c.key_id == key_id))


def _one(tx: Connection, statement: Select[Any]) -> Row | None:
    row = tx.execute(statement).mappings().first()
    return dict(row) if row else None


def list_keys(tx: Connection, office_id: str, account_id: str | None = None) -> list[Row]:
    """Return the keys of an office, newest first; with `account_id` those in this person's name."""
    statement = _keys().where(api_key.c.office_id == office_id).order_by(api_key.c.key_id.desc())
    if account_id is not None:
        statement = statement.where(membership.c.account_id == account_id)
    return [dict(row) for row in tx.execute(statement).mappings()]


def count_open(tx: Connection, office_id: str, now: datetime) -> int:
    """Return how many keys of an office are neither withdrawn nor expired."""
    is_open = api_key.c.withdrawn_at.is_(None), api_key.c.expires_at > now
    statement = select(func.count()).where(api_key.c.office_id == office_id, *is_open)
    return int(tx.execute(statement).scalar_one())


def withdraw_of(tx: Connection, membership_id: str, by: str | None, now: datetime) -> list[str]:
    """Withdraw all of a member's keys; returns their ids."""
    is_it = api_key.c.membership_id == membership_id, api_key.c.withdrawn_at.is_(None)
    withdrawn = api_key.update().where(*is_it).values(withdrawn_by=by, withdrawn_at=now)
    return list(tx.execute(withdrawn.returning(api_key.c.key_id)).scalars())


def withdraw_of_suspended(tx: Connection, membership_id: str, by: str | None, now: datetime) -> list[str]:
    """Withdraw what a suspension has left of a membership's keys; returns their ids, none when it is open."""
    is_it = membership.c.membership_id == membership_id, membership.c.suspended_at.is_not(None)
    is_suspended = tx.execute(select(membership.c.membership_id).where(*is_it)).first() is not None
    return withdraw_of(tx, membership_id, by, now) if is_suspended else []


def ask_again(tx: Connection, account_id: str) -> list[str]:
    """Have all keys in a person's name wait until they agree once more; returns those that did not before."""
    theirs = select(membership.c.membership_id).where(membership.c.account_id == account_id)
    agreed = api_key.c.agreed_at.is_not(None), api_key.c.withdrawn_at.is_(None)
    waits = api_key.update().where(api_key.c.membership_id.in_(theirs), *agreed).values(agreed_at=None)
    return list(tx.execute(waits.returning(api_key.c.key_id)).scalars())


def agree(tx: Connection, key_id: str, now: datetime) -> None:
    """Note that the person agrees; the first time counts."""
    is_it = api_key.c.key_id == key_id, api_key.c.agreed_at.is_(None)
    tx.execute(api_key.update().where(*is_it).values(agreed_at=now))


def withdraw(tx: Connection, key_id: str, by: str | None, now: datetime) -> bool:
    """Withdraw a key; False when it had been withdrawn."""
    is_it = api_key.c.key_id == key_id, api_key.c.withdrawn_at.is_(None)
    return tx.execute(api_key.update().where(*is_it).values(withdrawn_by=by, withdrawn_at=now)).rowcount > 0


def note_use(tx: Connection, last_used: dict[str, datetime], now: datetime) -> None:
    """Keep when keys were used last, by their ids; never earlier than known and never in the future."""
    if not last_used:
        return
    at = bindparam("at", type_=api_key.c.last_used_at.type)
    is_later = or_(api_key.c.last_used_at.is_(None), api_key.c.last_used_at < at)
    statement = api_key.update().where(api_key.c.key_id == bindparam("id"), is_later)
    # In one order everywhere, as with sessions.
    rows = [{"id": key_id, "at": min(used, now)} for key_id, used in sorted(last_used.items())]
    tx.execute(statement.values(last_used_at=at), rows)
