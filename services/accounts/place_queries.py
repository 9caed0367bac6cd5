"""What accounts reads and saves of the places that sign-ins are tried from."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from chassis.db import insert_new
from services.accounts import session_rules
from services.accounts.models import sign_in_known, sign_in_place
from services.accounts.session_queries import token_hash


def is_known(tx: Connection, login: str, place: str) -> bool:
    """Return whether somebody has signed in with this login from there lately."""
    is_it = sign_in_known.c.login_hash == token_hash(login), sign_in_known.c.place == place
    return tx.execute(select(sign_in_known.c.place).where(*is_it)).first() is not None


def count_try(tx: Connection, place: str, now: datetime) -> timedelta:
    """Count one more try from there; returns how long still to wait when there were too many.

    The row stays locked until the end of the transaction. A try that has to wait is not counted.
    """
    insert_new(tx, sign_in_place, [{"place": place, "busy_until": now}])
    is_it = sign_in_place.c.place == place
    busy_until = tx.execute(select(sign_in_place.c.busy_until).where(is_it).with_for_update()).scalar() or now
    wait = session_rules.wait_of_place(busy_until, now)
    if not wait:
        later = session_rules.busy_after_a_try(busy_until, now)
        tx.execute(sign_in_place.update().where(is_it).values(busy_until=later))
    return wait


def note_success(tx: Connection, login: str, place: str, now: datetime) -> None:
    """Remember that this login is at home there, and take back the try if it was counted."""
    name = token_hash(login)
    is_it = sign_in_known.c.login_hash == name, sign_in_known.c.place == place
    if tx.execute(sign_in_known.update().where(*is_it).values(last_at=now)).rowcount:
        return
    insert_new(tx, sign_in_known, [{"login_hash": name, "place": place, "last_at": now}])
    is_there = sign_in_place.c.place == place
    busy_until = tx.execute(select(sign_in_place.c.busy_until).where(is_there).with_for_update()).scalar()
    if busy_until is not None:
        back = session_rules.busy_without_a_try(busy_until)
        tx.execute(sign_in_place.update().where(is_there).values(busy_until=back))


def forget_old(tx: Connection, now: datetime) -> None:
    """Drop places that are quiet again, and who has not signed in from a place for long."""
    tx.execute(sign_in_place.delete().where(sign_in_place.c.busy_until < now))
    is_old = sign_in_known.c.last_at < now - session_rules.AT_HOME
    tx.execute(sign_in_known.delete().where(is_old))
