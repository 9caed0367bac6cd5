"""What accounts reads and saves of people, their roles, their cover and their offices."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from chassis.db import insert_new
from chassis.ids import new_id
from contracts.roles import OFFICE_MANAGER
from services.accounts.models import absence, account, deputy, membership, office, second_factor, staffing

Row = dict[str, Any]


def _members() -> Select[Any]:
    """A member: one membership with its person, cover and place."""
    return (
        select(
            membership,
            account.c.login,
            account.c.name,
            account.c.kana,
            account.c.email,
            account.c.email_doubted_at,
            account.c.password_hash,
            account.c.last_signed_in_at,
            second_factor.c.confirmed_at.label("second_factor_at"),
            deputy.c.deputy_id,
            (func.coalesce(staffing.c.manager_membership_id == membership.c.membership_id, False)).label(
                "is_manager"
            ),
            func.coalesce(office.c.name, "").label("office_name"),
        )
        .join(account, account.c.account_id == membership.c.account_id)
        .outerjoin(second_factor, second_factor.c.account_id == membership.c.account_id)
        .outerjoin(deputy, deputy.c.membership_id == membership.c.membership_id)
        .outerjoin(staffing, staffing.c.office_id == membership.c.office_id)
        .outerjoin(office, office.c.office_id == membership.c.office_id)
        .order_by(membership.c.created_at, membership.c.membership_id)
    )


def _rows(tx: Connection, statement: Select[Any]) -> list[Row]:
    return [dict(row) for row in tx.execute(statement).mappings()]


def get_member(tx: Connection, membership_id: str) -> Row | None:
    """Return one member, or None."""
    return next(iter(_rows(tx, _members().where(membership.c.membership_id == membership_id))), None)


def members_at(tx: Connection, office_id: str) -> list[Row]:
    """Return everybody who works or worked at an office, in the order in which they came."""
    return _rows(tx, _members().where(membership.c.office_id == office_id))


def memberships_of(tx: Connection, account_id: str) -> list[Row]:
    """Return all roles of one person, suspended ones too."""
    return _rows(tx, _members().where(membership.c.account_id == account_id))


def open_roles(tx: Connection, account_id: str) -> list[Row]:
    """Return the roles in which somebody may act now."""
    return [member for member in memberships_of(tx, account_id) if member["suspended_at"] is None]


def has_manager(tx: Connection, office_id: str) -> bool:
    """Return whether somebody may act, or is invited to act, as manager of this office."""
    statement = select(membership.c.membership_id).where(
        membership.c.office_id == office_id,
        membership.c.role == OFFICE_MANAGER,
        membership.c.suspended_at.is_(None),
    )
    return tx.execute(statement.limit(1)).first() is not None


def get_account(tx: Connection, account_id: str) -> Row | None:
    """Return one person's account, or None."""
    row = tx.execute(select(account).where(account.c.account_id == account_id)).mappings().first()
    return dict(row) if row else None


def lock_account(tx: Connection, account_id: str) -> Row:
    """Return an account that exists; nobody else changes or signs it in until `tx` ends."""
    # key_share: rows that merely refer to the account need not wait.
    statement = select(account).where(account.c.account_id == account_id).with_for_update(key_share=True)
    return dict(tx.execute(statement).mappings().one())


def get_account_by_login(tx: Connection, login: str) -> Row | None:
    """Return the account with this login, or None."""
    row = tx.execute(select(account).where(account.c.login == login)).mappings().first()
    return dict(row) if row else None


def add_account(tx: Connection, values: Row) -> bool:
    """Save a new account; False when its login is taken, also by somebody at this very moment."""
    insert_new(tx, account, [values])
    found = get_account_by_login(tx, values["login"])
    return found is not None and found["account_id"] == values["account_id"]


def change_account(tx: Connection, account_id: str, **values: Any) -> None:
    """Change some columns of one account."""
    tx.execute(account.update().where(account.c.account_id == account_id).values(values))


def doubt_email(tx: Connection, account_id: str, sent_at: datetime, returned_at: datetime) -> None:
    """Note that a letter did not arrive, unless the address has become another one since it was sent."""
    row = account.c
    is_the_same = row.email_changed_at.is_(None) | (row.email_changed_at <= sent_at)
    theirs = and_(row.account_id == account_id, row.email.is_not(None), is_the_same)
    first_at = func.coalesce(row.email_doubted_at, returned_at)
    tx.execute(account.update().where(theirs).values(email_doubted_at=first_at))


def add_membership(
    tx: Connection, account_id: str, office_id: str, municipality: str, role: str, now: datetime
) -> str:
    """Give somebody a role at an office; returns its id, that of the present one when they have it."""
    values = {
        "membership_id": new_id(),
        "account_id": account_id,
        "office_id": office_id,
        "municipality": municipality,
        "role": role,
        "created_at": now,
        "suspended_at": None,
    }
    insert_new(tx, membership, [values])
    is_it = and_(
        membership.c.account_id == account_id,
        membership.c.office_id == office_id,
        membership.c.role == role,
    )
    return str(tx.execute(select(membership.c.membership_id).where(is_it)).scalar_one())


def set_suspended(tx: Connection, membership_id: str, at: datetime | None) -> None:
    """Suspend a membership, or restore it with None."""
    is_it = membership.c.membership_id == membership_id
    tx.execute(membership.update().where(is_it).values(suspended_at=at))


def set_deputy(
    tx: Connection, membership_id: str, deputy_id: str | None, by: str | None, now: datetime
) -> None:
    """Say who covers for a member; None ends it."""
    tx.execute(deputy.delete().where(deputy.c.membership_id == membership_id))
    if deputy_id is not None:
        values = {"membership_id": membership_id, "deputy_id": deputy_id, "named_by": by, "named_at": now}
        tx.execute(deputy.insert(), values)


def lock_staffing(tx: Connection, office_id: str, municipality: str) -> None:
    """Let only this transaction change the staff of this office until it ends."""
    insert_new(
        tx,
        staffing,
        [
            {
                "office_id": office_id,
                "municipality": municipality,
                "revision": 0,
                "manager_membership_id": None,
            }
        ],
    )
    is_it = staffing.c.office_id == office_id
    tx.execute(select(staffing.c.office_id).where(is_it).with_for_update(key_share=True))


def set_manager(tx: Connection, office_id: str, membership_id: str | None) -> None:
    """Say who manages an office, or nobody."""
    is_it = staffing.c.office_id == office_id
    tx.execute(staffing.update().where(is_it).values(manager_membership_id=membership_id))


def next_staffing(tx: Connection, office_id: str) -> Row:
    """Return the office's staffing under its next revision."""
    statement = (
        staffing.update()
        .where(staffing.c.office_id == office_id)
        .values(revision=staffing.c.revision + 1)
        .returning(*staffing.c)
    )
    return dict(tx.execute(statement).mappings().one())


def add_absence(tx: Connection, values: Row) -> None:
    """Save that somebody will be away."""
    tx.execute(absence.insert(), values)


def get_absence(tx: Connection, absence_id: str) -> Row | None:
    """Return one absence that has not been cleared, or None."""
    statement = select(absence).where(absence.c.absence_id == absence_id, absence.c.cleared_at.is_(None))
    return next(iter(_rows(tx, statement)), None)


def clear_absence(tx: Connection, absence_id: str, now: datetime) -> None:
    """Take an absence back."""
    tx.execute(absence.update().where(absence.c.absence_id == absence_id).values(cleared_at=now))


def absences_of(tx: Connection, membership_ids: Iterable[str], now: datetime) -> dict[str, list[Row]]:
    """Return present and coming absences by membership, the earliest first."""
    statement = (
        select(absence)
        .where(
            absence.c.membership_id.in_(list(membership_ids)),
            absence.c.until_at > now,
            absence.c.cleared_at.is_(None),
        )
        .order_by(absence.c.from_at)
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(tx, statement):
        found[row["membership_id"]].append(row)
    return found


def names_of(tx: Connection, account_ids: Iterable[str]) -> dict[str, str]:
    """Return names by account id; unknown ids are left out."""
    statement = select(account.c.account_id, account.c.name).where(
        account.c.account_id.in_(list(account_ids))
    )
    return {row.account_id: row.name for row in tx.execute(statement)}


def get_office(tx: Connection, office_id: str) -> Row | None:
    """Return this service's copy of an office, or None when no fact of it has arrived yet."""
    return next(iter(_rows(tx, select(office).where(office.c.office_id == office_id))), None)


def copy_office(tx: Connection, values: Row) -> None:
    """Keep what an office says of itself now; an older revision than the kept one is ignored."""
    insert_new(tx, office, [values])
    is_older = and_(office.c.office_id == values["office_id"], office.c.revision < values["revision"])
    tx.execute(office.update().where(is_older).values(values))
