"""Turning a second factor on and off, its codes, and whether one is right."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.auth import Caller
from chassis.db import Database
from chassis.key_ring import KeyRing, Unreadable
from contracts.errors import Conflict, Invalid, NotSignedIn, Unavailable
from services.accounts import guessing, new_password, queries
from services.accounts import second_factor_queries as factors
from services.accounts import second_factor_rules as rules
from services.accounts.guessing import CODE, Guess

logger = logging.getLogger(__name__)

Row = dict[str, Any]
_AT_A_TIME = 100


def state(tx: Connection, account_id: str, required: tuple[str, ...]) -> Row:
    """Return how it stands with somebody's second factor."""
    since = factors.since(tx, account_id)
    return {
        "is_on": since is not None,
        "is_required": is_required(tx, account_id, required),
        "since": since,
        "codes_left": factors.codes_left(tx, account_id) if since else 0,
    }


def is_required(tx: Connection, account_id: str, required: tuple[str, ...]) -> bool:
    """Return whether one of somebody's roles must have a second factor."""
    return rules.is_required((role["role"] for role in queries.open_roles(tx, account_id)), required)


def begin(db: Database, ring: KeyRing, caller: Caller, present: str, now: datetime) -> Row:
    """Return a new secret for the caller's app; it counts for nothing until `confirm`."""
    account = new_password.prove_oneself(db, caller, present, now)
    secret = rules.new_secret()
    with db.begin() as tx:
        _check_is_off(tx, queries.lock_account(tx, account["account_id"]))
        row = {
            "account_id": account["account_id"],
            "secret": ring.close(secret, account["account_id"]),
            "closed_with": ring.name,
            "begun_at": now,
            "confirmed_at": None,
            "last_step": 0,
        }
        factors.begin(tx, row)
    return {"secret": secret, "address": rules.address(secret, account["login"])}


def confirm(tx: Connection, ring: KeyRing, account: Row, code: str, now: datetime) -> list[str]:
    """Have the caller's second factor count from now on; returns its recovery codes."""
    queries.lock_account(tx, account["account_id"])
    _check_is_off(tx, account)
    factor = factors.get(tx, account["account_id"])
    if factor is None:
        raise Conflict("second_factor_not_begun")
    if not _is_time_code(tx, ring, factor, code, now):
        raise _wrong()
    factors.change(tx, account["account_id"], confirmed_at=now)
    queries.change_account(tx, account["account_id"], second_factor_reset_at=None)
    guessing.forget(tx, Guess(CODE, account["login"]))
    return renew_codes(tx, account["account_id"])


def _check_is_off(tx: Connection, account: Row) -> None:
    if factors.since(tx, account["account_id"]):
        raise Conflict("second_factor_is_on")


def renew_codes(tx: Connection, account_id: str) -> list[str]:
    """Make ten new recovery codes in place of all earlier ones, and return them."""
    codes = rules.new_codes()
    factors.set_codes(tx, account_id, codes)
    return codes


def who_may_try(db: Database, caller: Caller, now: datetime, place: str = "") -> Row:
    """Return the caller's account when a code may be tried now. Raises TooMany, NotSignedIn."""
    with db.begin() as tx:
        account = queries.get_account(tx, caller.account_id) if caller.account_id else None
    if account is None:
        raise NotSignedIn("session_ended")
    guessing.slow_down(db, Guess(CODE, account["login"], place), now)
    return account


def prove(db: Database, caller: Caller, present: str, now: datetime) -> Row:
    """Return the caller's account when the present password is right and a code may be tried now."""
    account = new_password.prove_oneself(db, caller, present, now)
    with db.begin() as tx:
        if not factors.since(tx, account["account_id"]):
            raise Conflict("second_factor_is_off")
    guessing.slow_down(db, Guess(CODE, account["login"]), now)
    return account


def check_code(
    tx: Connection, ring: KeyRing, account: Row, code: str, now: datetime, place: str = ""
) -> bool:
    """Use up a code of the app (True) or a recovery code (False). Raises Invalid when it is neither."""
    factor = factors.get(tx, account["account_id"])
    if factor is None or factor["confirmed_at"] is None:
        raise _wrong()
    is_time_code = rules.is_time_code(code)
    if is_time_code and not _is_time_code(tx, ring, factor, code, now):
        raise _wrong()
    if not is_time_code and not factors.use_code(tx, account["account_id"], code, now):
        raise _wrong()
    guessing.forget(tx, Guess(CODE, account["login"], place))
    return is_time_code


def _is_time_code(tx: Connection, ring: KeyRing, factor: Row, code: str, now: datetime) -> bool:
    """Return whether it is the app's code of now; it and all earlier ones open nothing any more."""
    account_id = factor["account_id"]
    step = rules.matching_step(_secret(ring, factor), code, now, factor["last_step"])
    if step is not None:
        factors.change(tx, account_id, last_step=step)
    return step is not None


def _secret(ring: KeyRing, factor: Row) -> str:
    try:
        return ring.open(factor["secret"], factor["account_id"])
    except Unreadable as error:
        logger.error("second_factor_unreadable", extra={"account_id": factor["account_id"]})
        raise Unavailable("second_factor_keys") from error


def _wrong() -> Invalid:
    return Invalid("invalid", {"code": ["wrong_code"]})


def close_anew(tx: Connection, ring: KeyRing, old: KeyRing | None = None) -> int:
    """Encrypt with the ring's newest key what another has encrypted; returns how many there were.

    Some at a time. `old` is the ring that opens them, if that is another. What no key opens stays: its
    person cannot come in by a code until somebody resets it, and everybody else can.
    """
    after = None
    while found := factors.closed_otherwise(tx, ring.name, _AT_A_TIME, after):
        if closed := sum(_close_one(tx, ring, old or ring, factor) for factor in found):
            return closed
        after = found[-1]["account_id"]
    return 0


def _close_one(tx: Connection, ring: KeyRing, old: KeyRing, factor: Row) -> bool:
    account_id = factor["account_id"]
    try:
        secret = _secret(old, factor)
    except Unavailable:
        return False
    factors.change(tx, account_id, secret=ring.close(secret, account_id), closed_with=ring.name)
    return True
