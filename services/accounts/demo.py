"""The people of the fictional city, for demonstrations and tests."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.clock import Clock
from chassis.db import Database, insert_new
from chassis.outbox import Outbox
from services.accounts import models, passwords, queries, staff

Row = dict[str, Any]


def seed(database_url: str, city: Row, clock: Clock | None = None) -> None:
    """Add the city's people, roles, managers and deputies; what is there already stays as it is.

    Only the passwords of the logins in `new_passwords` are set in any case. Offices that got somebody new
    announce their staff.
    """
    clock = clock or Clock()
    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            now = clock.now()
            _copy_offices(tx, city)
            changed = _add_people(tx, city, now)
            _add_deputies(tx, city, now)
            outbox = Outbox("accounts", models.metadata.tables["outbox"], clock)
            outbox.add(tx, [staff.staffed(tx, office_id, now) for office_id in sorted(changed)])
    finally:
        db.close()


def _copy_offices(tx: Connection, city: Row) -> None:
    """Know the offices' names from the first sign-in on; directory's facts, from revision 1, follow."""
    for office in city["offices"]:
        copied = {key: office[key] for key in ("office_id", "municipality", "kind", "name")}
        queries.copy_office(tx, copied | {"revision": 0})


def _add_people(tx: Connection, city: Row, now: datetime) -> set[str]:
    """Add accounts and their roles; returns the offices that got somebody new."""
    places = {office["office_id"]: office["municipality"] for office in city["offices"]}
    changed = set()
    for person in city["accounts"]:
        _add_account(tx, person, now, is_new=person["login"] in city.get("new_passwords", ()))
        for role in person["memberships"]:
            if _add_role(tx, person["account_id"], role, places[role["office_id"]], now):
                changed.add(role["office_id"])
    return changed


def _add_account(tx: Connection, person: Row, now: datetime, *, is_new: bool) -> None:
    """Add somebody; who is there already gets the password that is new."""
    if queries.get_account(tx, person["account_id"]) is not None:
        if is_new:
            new_hash = passwords.hash_here(person["password"])
            queries.change_account(
                tx, person["account_id"], password_hash=new_hash, must_change_password=False
            )
        return
    account = {key: person[key] for key in ("account_id", "name", "kana", "login", "email")}
    account |= {
        "password_hash": passwords.hash_here(person["password"]),
        "must_change_password": False,
        "created_at": now,
    }
    insert_new(tx, models.account, [account])


def _add_role(tx: Connection, account_id: str, role: Row, municipality: str, now: datetime) -> bool:
    if queries.get_member(tx, role["membership_id"]) is not None:
        return False
    queries.lock_staffing(tx, role["office_id"], municipality)
    membership = {key: role[key] for key in ("membership_id", "office_id", "role")}
    membership |= {"account_id": account_id, "municipality": municipality, "created_at": now}
    insert_new(tx, models.membership, [membership])
    if role["is_manager"]:
        queries.set_manager(tx, role["office_id"], role["membership_id"])
    return True


def _add_deputies(tx: Connection, city: Row, now: datetime) -> None:
    for membership_id, deputy_id in city["deputies"].items():
        insert_new(
            tx,
            models.deputy,
            [{"membership_id": membership_id, "deputy_id": deputy_id, "named_by": None, "named_at": now}],
        )
