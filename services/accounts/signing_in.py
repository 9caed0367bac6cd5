"""Signing in, and the session that follows."""

import logging
import math
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from chassis.audit import Audit
from chassis.auth import Caller
from chassis.db import Database
from contracts.errors import NotFound, NotSignedIn, TooMany
from services.accounts import passwords, queries, session_rules
from services.accounts import place_queries as places
from services.accounts import session_queries as sessions

logger = logging.getLogger(__name__)

Row = dict[str, Any]


def slow_down(db: Database, login: str, now: datetime, place: str = "") -> None:
    """Count this try and raise TooMany when it comes too soon after wrong ones.

    Committed before the password is looked at: a refusal must not undo it, and tries made at the
    same moment must see each other. `place` is where it comes from, if that is known.
    """
    with db.begin() as tx:
        wait = sessions.count_try(tx, login, now)
        if wait:
            raise too_many("too_many", wait)
        # Whoever is at home there is not held up by somebody else's guessing.
        if place and not places.is_known(tx, login, place):
            wait = places.count_try(tx, place, now)
            if wait:
                raise too_many("too_many_here", wait)


def too_many(reason: str, wait: timedelta) -> TooMany:
    """Return the refusal with the seconds that are still to wait, rounded up."""
    return TooMany(reason, {"retry_after_s": math.ceil(wait.total_seconds())})


def sign_in(db: Database, audit: Audit, request: Row, now: datetime) -> Row:
    """Start a session for the right password. Raises TooMany, NotSignedIn always for one reason."""
    slow_down(db, request["login"], now, request["place"])
    with db.begin() as tx:
        account = queries.get_account_by_login(tx, request["login"])
    stored = account["password_hash"] if account else None
    is_right, fresh_hash = passwords.verify(stored, request["password"])
    if account is None or not is_right:
        _tell_refusal(account)
        raise NotSignedIn("wrong_password")
    with db.begin() as tx:
        # Locked: a suspension or a new password at this very moment comes before or after, not between.
        account = queries.lock_account(tx, account["account_id"])
        roles = open_roles(tx, account["account_id"])
        if not roles or account["password_hash"] != stored:
            raise NotSignedIn("wrong_password")
        sessions.forget_tries(tx, request["login"])
        if request["place"]:
            places.note_success(tx, request["login"], request["place"], now)
        changes = {"password_hash": fresh_hash} if fresh_hash else {}
        queries.change_account(tx, account["account_id"], last_signed_in_at=now, **changes)
        audit.log(tx, action="sign_in", kind="account", ids=[account["account_id"]])
        return _start(tx, _last_or_first(roles, account["last_membership_id"]), request["user_agent"], now)


def _tell_refusal(account: Row | None) -> None:
    """Leave a line for whoever watches for guessing; what was typed as login is never written.

    Not a row: strangers could fill the access log, and whoever measures would learn which logins exist.
    """
    known = {"account_id": account["account_id"]} if account else {}
    logger.warning("sign_in_refused", extra={"reason": "wrong_password", **known})


def open_roles(tx: Connection, account_id: str) -> list[Row]:
    """Return the roles in which somebody may act now."""
    return [member for member in queries.memberships_of(tx, account_id) if member["suspended_at"] is None]


def _last_or_first(roles: list[Row], last: str | None) -> Row:
    return next((role for role in roles if role["membership_id"] == last), roles[0])


def _start(tx: Connection, acting: Row, user_agent: str, now: datetime) -> Row:
    token = secrets.token_urlsafe(32)
    started = {
        "session": sessions.token_hash(token),
        "account_id": acting["account_id"],
        "membership_id": acting["membership_id"],
        "started_at": now,
        "last_used_at": now,
        "user_agent": user_agent,
    }
    sessions.start(tx, started)
    return {"token": token, "session": describe(tx, started)}


def get_open(tx: Connection, name: str, now: datetime) -> Row:
    """Return a session that goes on. Raises NotSignedIn when there is none or its time is over."""
    session = sessions.get(tx, name)
    if session is None or session_rules.is_over(session["started_at"], session["last_used_at"], now):
        raise NotSignedIn("session_ended")
    return session


def describe(tx: Connection, session: Row) -> Row:
    """Return a session as a gateway copies it."""
    account = queries.get_account(tx, session["account_id"])
    roles = open_roles(tx, session["account_id"])
    acting = next((role for role in roles if role["membership_id"] == session["membership_id"]), None)
    if account is None or acting is None:
        raise NotSignedIn("session_ended")
    return {
        "session": session["session"],
        "account_id": account["account_id"],
        "name": account["name"],
        "login": account["login"],
        "memberships": [_role(role) for role in roles],
        "acting": _role(acting),
        "must_change_password": account["must_change_password"],
        "ends_at": session_rules.ends_at(session["started_at"]),
        "idle_ends_at": session_rules.idle_ends_at(session["started_at"], session["last_used_at"]),
    }


def _role(member: Row) -> Row:
    kept = ("membership_id", "office_id", "office_name", "role", "municipality", "is_manager")
    return {key: member[key] for key in kept}


def act_as(tx: Connection, caller: Caller, name: str, membership_id: str, now: datetime) -> Row:
    """Make another of one's own roles the active one."""
    session = get_open(tx, name, now)
    own = [role["membership_id"] for role in open_roles(tx, session["account_id"])]
    if session["account_id"] != caller.account_id or membership_id not in own:
        raise NotFound("membership")
    sessions.act_as(tx, name, membership_id)
    queries.change_account(tx, session["account_id"], last_membership_id=membership_id)
    return describe(tx, {**session, "membership_id": membership_id})
