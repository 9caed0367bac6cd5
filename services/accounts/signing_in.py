"""Signing in, and the session that follows."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.audit import Audit
from chassis.auth import Caller
from chassis.db import Database
from chassis.key_ring import KeyRing
from contracts.errors import NotFound, NotSignedIn
from services.accounts import guessing, letters, notices, passwords, queries, second_factor, session_rules
from services.accounts import place_queries as places
from services.accounts import second_factor_queries as factors
from services.accounts import second_factor_rules as rules
from services.accounts import session_queries as sessions
from services.accounts.guessing import CODE, PASSWORD, Guess

logger = logging.getLogger(__name__)

Row = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """What it takes to let somebody in now; `required` are the roles that need a second factor."""

    db: Database
    audit: Audit
    now: datetime
    required: tuple[str, ...]
    ring: Callable[[], KeyRing]


def sign_in(door: Door, request: Row) -> Row:
    """Start a session for the right password, or the step to it when a second factor is due.

    Raises TooMany, NotSignedIn always for one reason.
    """
    guess = Guess(PASSWORD, request["login"], request["place"])
    guessing.slow_down(door.db, guess, door.now)
    with door.db.begin() as tx:
        account = queries.get_account_by_login(tx, request["login"])
    stored = account["password_hash"] if account else None
    is_right, fresh_hash = passwords.verify(stored, request["password"])
    if account is None or not is_right:
        _tell_refusal(account)
        raise NotSignedIn("wrong_password")
    with door.db.begin() as tx:
        # Locked: a suspension or a new password at this very moment comes before or after, not between.
        account = queries.lock_account(tx, account["account_id"])
        roles = queries.open_roles(tx, account["account_id"])
        if not roles or account["password_hash"] != stored:
            raise NotSignedIn("wrong_password")
        guessing.forget(tx, guess)
        if fresh_hash:
            queries.change_account(tx, account["account_id"], password_hash=fresh_hash)
        if factors.since(tx, account["account_id"]):
            return _begin_step(tx, account, request["user_agent"], door.now)
        return _let_in(tx, door, account, roles, request)


def _begin_step(tx: Connection, account: Row, user_agent: str, now: datetime) -> Row:
    token = secrets.token_urlsafe(32)
    step = {
        "step": sessions.token_hash(token),
        "account_id": account["account_id"],
        "started_at": now,
        "user_agent": user_agent,
    }
    factors.start_step(tx, step)
    return {"token": token, "session": None}


def answer_step(door: Door, request: Row) -> Row:
    """Start the session to which a step leads, for the right code. Raises NotSignedIn, Invalid, TooMany."""
    with door.db.begin() as tx:
        step = factors.get_step(tx, request["step"], door.now)
        account = queries.get_account(tx, step["account_id"]) if step else None
    if step is None or account is None:
        raise NotSignedIn("step_over")
    guessing.slow_down(door.db, Guess(CODE, account["login"], request["place"]), door.now)
    with door.db.begin() as tx:
        account = queries.lock_account(tx, account["account_id"])
        roles = queries.open_roles(tx, account["account_id"])
        if not roles or not factors.end_step(tx, step["step"]):
            raise NotSignedIn("step_over")
        is_of_app = second_factor.check_code(
            tx, door.ring(), account, request["code"], door.now, request["place"]
        )
        if not is_of_app:
            door.audit.log(tx, action="recovery_code_used", kind="account", ids=[account["account_id"]])
            notices.queue(tx, account["account_id"], letters.CODE_USED, door.now)
        return _let_in(tx, door, account, roles, {**request, "user_agent": step["user_agent"]})


def _let_in(tx: Connection, door: Door, account: Row, roles: list[Row], request: Row) -> Row:
    """Start the session of somebody who has proved who they are."""
    if request["place"]:
        places.note_success(tx, account["login"], request["place"], door.now)
    queries.change_account(tx, account["account_id"], last_signed_in_at=door.now)
    door.audit.log(tx, action="sign_in", kind="account", ids=[account["account_id"]])
    acting = _last_or_first(roles, account["last_membership_id"])
    return _start(tx, acting, request["user_agent"], door)


def _tell_refusal(account: Row | None) -> None:
    """Leave a line for whoever watches for guessing; what was typed as login is never written.

    Not a row: strangers could fill the access log, and whoever measures would learn which logins exist.
    """
    known = {"account_id": account["account_id"]} if account else {}
    logger.warning("sign_in_refused", extra={"reason": "wrong_password", **known})


def _last_or_first(roles: list[Row], last: str | None) -> Row:
    return next((role for role in roles if role["membership_id"] == last), roles[0])


def _start(tx: Connection, acting: Row, user_agent: str, door: Door) -> Row:
    token = secrets.token_urlsafe(32)
    started = {
        "session": sessions.token_hash(token),
        "account_id": acting["account_id"],
        "membership_id": acting["membership_id"],
        "started_at": door.now,
        "last_used_at": door.now,
        "user_agent": user_agent,
    }
    sessions.start(tx, started)
    return {"token": token, "session": describe(tx, started, door.required)}


def get_open(tx: Connection, name: str, now: datetime) -> Row:
    """Return a session that goes on. Raises NotSignedIn when there is none or its time is over."""
    session = sessions.get(tx, name)
    if session is None or session_rules.is_over(session["started_at"], session["last_used_at"], now):
        raise NotSignedIn("session_ended")
    return session


def describe(tx: Connection, session: Row, required: tuple[str, ...]) -> Row:
    """Return a session as a gateway copies it; `required` are the roles that need a second factor."""
    account = queries.get_account(tx, session["account_id"])
    roles = queries.open_roles(tx, session["account_id"])
    acting = next((role for role in roles if role["membership_id"] == session["membership_id"]), None)
    if account is None or acting is None:
        raise NotSignedIn("session_ended")
    is_required = rules.is_required((role["role"] for role in roles), required)
    return {
        "session": session["session"],
        "account_id": account["account_id"],
        "name": account["name"],
        "login": account["login"],
        "memberships": [_role(role) for role in roles],
        "acting": _role(acting),
        "must_change_password": account["must_change_password"],
        "must_add_second_factor": is_required and not factors.since(tx, account["account_id"]),
        "second_factor_reset_at": account["second_factor_reset_at"],
        "language": account["language"],
        "must_renew_recovery_codes": factors.are_codes_restored(tx, account["account_id"]),
        "ends_at": session_rules.ends_at(session["started_at"]),
        "idle_ends_at": session_rules.idle_ends_at(session["started_at"], session["last_used_at"]),
    }


def _role(member: Row) -> Row:
    kept = ("membership_id", "office_id", "office_name", "role", "municipality", "is_manager")
    return {key: member[key] for key in kept}


def act_as(tx: Connection, door: Door, caller: Caller, name: str, membership_id: str) -> Row:
    """Make another of one's own roles the active one."""
    session = get_open(tx, name, door.now)
    own = [role["membership_id"] for role in queries.open_roles(tx, session["account_id"])]
    if session["account_id"] != caller.account_id or membership_id not in own:
        raise NotFound("membership")
    sessions.act_as(tx, name, membership_id)
    queries.change_account(tx, session["account_id"], last_membership_id=membership_id)
    return describe(tx, {**session, "membership_id": membership_id}, door.required)
