"""What accounts reads and saves of second factors, their recovery codes and sign-ins that are half done."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from services.accounts import second_factor_rules as rules
from services.accounts.invitation_queries import code_hash
from services.accounts.models import recovery_code, second_factor, second_factor_move, sign_in_step

Row = dict[str, Any]


def get(tx: Connection, account_id: str) -> Row | None:
    """Return somebody's second factor, one that is not confirmed too, or None. Locks it."""
    is_theirs = second_factor.c.account_id == account_id
    row = tx.execute(select(second_factor).where(is_theirs).with_for_update()).mappings().first()
    return dict(row) if row else None


def since(tx: Connection, account_id: str) -> datetime | None:
    """Return since when somebody's second factor counts, or None when there is none."""
    is_theirs = second_factor.c.account_id == account_id
    return tx.execute(select(second_factor.c.confirmed_at).where(is_theirs)).scalar()


def begin(tx: Connection, values: Row) -> None:
    """Save a new one, not confirmed yet, in place of whatever was there."""
    end(tx, values["account_id"])
    tx.execute(second_factor.insert(), values)


def change(tx: Connection, account_id: str, **values: Any) -> None:
    """Change some columns of one."""
    tx.execute(second_factor.update().where(second_factor.c.account_id == account_id).values(values))


def end(tx: Connection, account_id: str) -> None:
    """Remove somebody's second factor with its recovery codes, and a move that was begun."""
    tx.execute(recovery_code.delete().where(recovery_code.c.account_id == account_id))
    tx.execute(second_factor_move.delete().where(second_factor_move.c.account_id == account_id))
    tx.execute(second_factor.delete().where(second_factor.c.account_id == account_id))


def closed_otherwise(tx: Connection, ring: str, most: int, after: str | None = None) -> list[Row]:
    """Return some that another ring's newest key has encrypted, those of ids beyond `after`. Locks them."""
    statement = select(second_factor).where(second_factor.c.closed_with != ring).limit(most)
    if after is not None:
        statement = statement.where(second_factor.c.account_id > after)
    found = tx.execute(statement.order_by(second_factor.c.account_id).with_for_update(skip_locked=True))
    return [dict(row) for row in found.mappings()]


def set_codes(tx: Connection, account_id: str, codes: list[str]) -> None:
    """Save recovery codes as hashes, in place of all earlier ones."""
    tx.execute(recovery_code.delete().where(recovery_code.c.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": code_hash(code), "used_at": None} for code in codes]
    tx.execute(recovery_code.insert(), rows)
    change(tx, account_id, codes_restored_at=None)


def are_codes_restored(tx: Connection, account_id: str) -> bool:
    """Return whether somebody's recovery codes came out of a backup and are to be made anew."""
    is_theirs = second_factor.c.account_id == account_id
    return tx.execute(select(second_factor.c.codes_restored_at).where(is_theirs)).scalar() is not None


def use_code(tx: Connection, account_id: str, typed: str, now: datetime) -> bool:
    """Use up a recovery code; False when there is no such one, or it has been used."""
    is_it = (
        recovery_code.c.account_id == account_id,
        recovery_code.c.code_hash == code_hash(rules.plain(typed)),
        recovery_code.c.used_at.is_(None),
    )
    return tx.execute(recovery_code.update().where(*is_it).values(used_at=now)).rowcount > 0


def codes_left(tx: Connection, account_id: str) -> int:
    """Return how many recovery codes still open."""
    is_open = recovery_code.c.account_id == account_id, recovery_code.c.used_at.is_(None)
    return tx.execute(select(func.count()).select_from(recovery_code).where(*is_open)).scalar_one()


def start_step(tx: Connection, values: Row) -> None:
    """Save that the right password was given."""
    tx.execute(sign_in_step.insert(), values)


def get_step(tx: Connection, name: str, now: datetime) -> Row | None:
    """Return a sign-in that waits for its second factor, or None when its time is over."""
    is_it = sign_in_step.c.step == name, sign_in_step.c.started_at > now - rules.STEP_LASTS
    row = tx.execute(select(sign_in_step).where(*is_it)).mappings().first()
    return dict(row) if row else None


def end_step(tx: Connection, name: str) -> bool:
    """End one; False when there was none."""
    return tx.execute(sign_in_step.delete().where(sign_in_step.c.step == name)).rowcount > 0


def end_steps_of(tx: Connection, account_id: str) -> None:
    """End all of one person."""
    tx.execute(sign_in_step.delete().where(sign_in_step.c.account_id == account_id))


def end_steps_over(tx: Connection, now: datetime) -> None:
    """Drop those whose time is over."""
    tx.execute(sign_in_step.delete().where(sign_in_step.c.started_at <= now - rules.STEP_LASTS))
