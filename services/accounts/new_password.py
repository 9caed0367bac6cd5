"""Setting a password: one's own with the present one, or the first one by an invitation's code."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from chassis.auth import Caller
from chassis.db import Database
from contracts.errors import Invalid, NotFound, NotSignedIn
from services.accounts import guessing, invitation_queries, password_policy, passwords, queries
from services.accounts.guessing import AGAIN, Guess

Row = dict[str, Any]

# Within this time the same code with the same password is the same button pressed twice.
_PRESSED_TWICE = timedelta(minutes=10)


def prove_oneself(db: Database, caller: Caller, present: str, now: datetime) -> Row:
    """Return the caller's account. Raises Invalid unless `present` is its password now, TooMany."""
    with db.begin() as tx:
        account = queries.get_account(tx, caller.account_id) if caller.account_id else None
    if account is None:
        raise NotSignedIn("session_ended")
    # Whoever finds a screen unlocked must not guess faster here than at the door.
    guess = Guess(AGAIN, account["login"])
    guessing.slow_down(db, guess, now)
    if not passwords.verify(account["password_hash"], present)[0]:
        raise Invalid("invalid", {"present": ["wrong_password"]})
    with db.begin() as tx:
        guessing.forget(tx, guess)
    return account


def invited(db: Database, code: str, now: datetime) -> tuple[Row, Row]:
    """Return the invitation of a code and its account. Raises NotFound when the code opens nothing."""
    with db.begin() as tx:
        invitation = invitation_queries.find(tx, code)
        account = queries.get_account(tx, invitation["account_id"]) if invitation else None
        has_roles = account is not None and queries.open_roles(tx, account["account_id"])
    if invitation is None or account is None or not has_roles or invitation["expires_at"] <= now:
        raise NotFound("invitation")
    return invitation, account


def is_pressed_twice(invitation: Row, account: Row, password: str, now: datetime) -> bool:
    """Return whether just this has been done a moment ago. Raises NotFound for a code used before."""
    if invitation["used_at"] is None:
        return False
    is_same = passwords.verify(account["password_hash"], password)[0]
    if now - invitation["used_at"] > _PRESSED_TWICE or not is_same:
        raise NotFound("invitation")
    return True


def check(account: Row, password: str) -> None:
    """Raise Invalid with all that is wrong with a new password."""
    faults = password_policy.faults(password, account["login"])
    if faults:
        raise Invalid("invalid", {"password": faults})


def use_code(tx: Connection, code: str, now: datetime) -> None:
    """Use up a code. Raises NotFound when somebody else was faster."""
    invitation = invitation_queries.find(tx, code)
    if invitation is None or invitation["used_at"] is not None:
        raise NotFound("invitation")
    invitation_queries.use(tx, invitation["invitation_id"], now)
