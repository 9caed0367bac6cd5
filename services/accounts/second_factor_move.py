"""Moving a second factor to another phone: the present one counts until a code of the new one was right."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from chassis.key_ring import KeyRing, Unreadable
from contracts.errors import Conflict, Invalid
from services.accounts import guessing, queries, second_factor
from services.accounts import second_factor_queries as factors
from services.accounts import second_factor_rules as rules
from services.accounts.guessing import CODE, Guess
from services.accounts.models import second_factor_move

Row = dict[str, Any]
LASTS = timedelta(minutes=30)

_move = second_factor_move.c


def begin(tx: Connection, ring: KeyRing, account: Row, code: str, now: datetime) -> Row:
    """Return a secret for the new phone, for a right code of the present one or a recovery code."""
    account_id = account["account_id"]
    queries.lock_account(tx, account_id)
    second_factor.check_code(tx, ring, account, code, now)
    secret = rules.new_secret()
    end(tx, account_id)
    row = {"account_id": account_id, "secret": ring.close(secret, account_id), "begun_at": now}
    tx.execute(second_factor_move.insert(), row)
    return {"secret": secret, "address": rules.address(secret, account["login"])}


def confirm(tx: Connection, ring: KeyRing, account: Row, code: str, now: datetime) -> list[str]:
    """Have the new phone count in the former one's place; returns new recovery codes."""
    account_id = account["account_id"]
    queries.lock_account(tx, account_id)
    secret = _begun(tx, ring, account_id, now)
    step = rules.matching_step(secret, code, now, 0)
    if step is None:
        raise Invalid("invalid", {"code": ["wrong_code"]})
    new = {"secret": ring.close(secret, account_id), "closed_with": ring.name}
    factors.change(tx, account_id, **new, begun_at=now, confirmed_at=now, last_step=step)
    end(tx, account_id)
    guessing.forget(tx, Guess(CODE, account["login"]))
    return second_factor.renew_codes(tx, account_id)


def _begun(tx: Connection, ring: KeyRing, account_id: str, now: datetime) -> str:
    """Return the secret of a move that is under way. Raises Conflict."""
    is_theirs = _move.account_id == account_id, _move.begun_at > now - LASTS
    closed = tx.execute(select(_move.secret).where(*is_theirs)).scalar()
    if closed is None or factors.since(tx, account_id) is None:
        raise Conflict("second_factor_not_begun")
    try:
        return ring.open(closed, account_id)
    except Unreadable as error:
        # The keys were changed meanwhile; a new beginning costs a minute.
        logging.getLogger(__name__).warning("second_factor_move_unreadable", extra={"id": account_id})
        raise Conflict("second_factor_not_begun") from error


def end(tx: Connection, account_id: str) -> None:
    """Forget a move that was begun."""
    tx.execute(second_factor_move.delete().where(_move.account_id == account_id))


def end_over(tx: Connection, now: datetime) -> None:
    """Forget moves that were never confirmed."""
    tx.execute(second_factor_move.delete().where(_move.begun_at <= now - LASTS))
