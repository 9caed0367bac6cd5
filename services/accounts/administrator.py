"""What is done from the command line: the first administrator, a second factor that was lost."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from chassis.audit import Audit
from chassis.auth import Caller
from chassis.clock import Clock
from chassis.db import Database
from chassis.ids import new_id
from chassis.outbox import Outbox
from contracts.accounts import AddStaff
from contracts.errors import Invalid, NotFound
from contracts.roles import OFFICE_MANAGER, SERVICE
from services.accounts import letters, models, notices, password_policy, passwords, queries, staff
from services.accounts import second_factor_queries as factors
from services.accounts import session_queries as sessions

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def add_administrator(
    database_url: str,
    *,
    name: str,
    login: str,
    office_id: str,
    municipality: str,
    role: str,
    clock: Clock | None = None,
) -> str:
    """Add somebody in any role at any office; returns a password that they must change at once.

    Raises Invalid when something is wrong with a value or the login is taken.
    """
    _check(name=name, login=login, office_id=office_id, role=role)
    clock = clock or Clock()
    password = new_password(login)
    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            account_id = _add_account(tx, name, login, password, clock.now())
            membership_id = add_role(tx, account_id, office_id, municipality, role, clock.now())
            if role == OFFICE_MANAGER:
                queries.set_manager(tx, office_id, membership_id)
            outbox = Outbox("accounts", models.metadata.tables["outbox"], clock)
            outbox.add(tx, staff.staffed(tx, office_id, clock.now()))
    finally:
        db.close()
    return password


def _check(**given: str) -> None:
    """Ask for the same form as of staff that is added by a manager."""
    faults = AddStaff().validate(given)
    if faults:
        raise Invalid("invalid", faults)


def new_password(login: str) -> str:
    """Return a password that can be read out and that the policy accepts."""
    while True:
        groups = ["".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4)]
        password = "-".join(groups)
        if not password_policy.faults(password, login):
            return password


def add_role(
    tx: Connection, account_id: str, office_id: str, municipality: str, role: str, now: datetime
) -> str:
    """Give an account a role at an office, whose staff stays locked; returns the membership's id."""
    queries.lock_staffing(tx, office_id, municipality)
    return queries.add_membership(tx, account_id, office_id, municipality, role, now)


def _add_account(tx: Connection, name: str, login: str, password: str, now: datetime) -> str:
    account = {
        "account_id": new_id(),
        "login": login,
        "name": name,
        "kana": "",
        "email": None,
        "password_hash": passwords.hash_here(password),
        "must_change_password": True,
        "created_at": now,
    }
    if not queries.add_account(tx, account):
        raise Invalid("invalid", {"login": ["taken"]})
    return str(account["account_id"])


def reset_second_factor(database_url: str, login: str, clock: Clock | None = None) -> bool:
    """End somebody's second factor and their sessions; False when they have none. Raises NotFound.

    Gateways know a session for up to 30 s more. The person is told at the next sign-in.
    """
    now = (clock or Clock()).now()
    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            account = queries.get_account_by_login(tx, login)
            if account is None:
                raise NotFound("account")
            return _reset(tx, account["account_id"], now)
    finally:
        db.close()


def _reset(tx: Connection, account_id: str, now: datetime) -> bool:
    queries.lock_account(tx, account_id)
    if factors.since(tx, account_id) is None:
        return False
    factors.end(tx, account_id)
    sessions.end_of_account(tx, account_id)
    queries.change_account(tx, account_id, second_factor_reset_at=now)
    notices.queue(tx, account_id, letters.RESET, now)
    log = Audit(models.metadata.tables["access_log"], Caller(role=SERVICE, service="accounts"))
    log.log(tx, action="second_factor_reset", kind="account", ids=[account_id])
    return True
