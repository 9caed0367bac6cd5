"""Changing who works at an office, in which role, covered by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.auth import Caller
from chassis.ids import new_id
from contracts import roles
from contracts.errors import Invalid, NotFound
from contracts.fact import NewFact
from services.accounts import domain, invitation_queries, queries

Row = dict[str, Any]


def staffed(tx: Connection, office_id: str, now: datetime) -> NewFact:
    """Return the fact of the office's whole staff under its next revision."""
    staffing = queries.next_staffing(tx, office_id)
    members = queries.members_at(tx, office_id)
    absences = queries.absences_of(tx, [member["membership_id"] for member in members], now)
    return domain.office_staffed(staffing, members, absences, now)


def member_to_change(tx: Connection, caller: Caller, membership_id: str) -> Row:
    """Return a member whom the caller may change; the office's staff is locked. Raises NotFound."""
    member = _locked(tx, membership_id)
    domain.check_may_change(caller, member)
    return member


def member_to_arrange(tx: Connection, caller: Caller, membership_id: str) -> Row:
    """Return a member for whom the caller may arrange cover; locked likewise. Raises NotFound."""
    member = _locked(tx, membership_id)
    domain.check_may_arrange(caller, member)
    return member


def member_of_absence(tx: Connection, caller: Caller, absence_id: str) -> Row:
    """Return the member whom an absence is about; locked likewise. Raises NotFound."""
    absence = queries.get_absence(tx, absence_id)
    if absence is None:
        raise NotFound("absence")
    return member_to_arrange(tx, caller, absence["membership_id"])


def lock_offices_of(tx: Connection, account_id: str) -> dict[str, str]:
    """Lock the staff of each office where somebody may act; returns {office_id: municipality}."""
    members = queries.memberships_of(tx, account_id)
    offices = {
        member["office_id"]: member["municipality"] for member in members if not member["suspended_at"]
    }
    for office_id in sorted(offices):
        queries.lock_staffing(tx, office_id, offices[office_id])
    return offices


def _locked(tx: Connection, membership_id: str) -> Row:
    found = queries.get_member(tx, membership_id)
    if found is not None:
        queries.lock_staffing(tx, found["office_id"], found["municipality"])
        found = queries.get_member(tx, membership_id)
    if found is None:
        raise NotFound("membership")
    return found


def add(tx: Connection, caller: Caller, request: Row, now: datetime) -> Row:
    """Add somebody in a role at an office; returns the new member."""
    office_id = domain.office_to_staff(caller, request["office_id"])
    office = queries.get_office(tx, office_id)
    if office is not None:
        queries.lock_staffing(tx, office_id, office["municipality"])
    has_manager = queries.has_manager(tx, office_id)
    domain.check_may_add(caller, office, request["role"], has_manager)
    assert office is not None
    account_id = _account_for(tx, office_id, request, now)
    membership_id = queries.add_membership(
        tx, account_id, office_id, office["municipality"], request["role"], now
    )
    if request["role"] == roles.OFFICE_MANAGER and not has_manager:
        queries.set_manager(tx, office_id, membership_id)
    member = queries.get_member(tx, membership_id)
    assert member is not None
    return member


def _account_for(tx: Connection, office_id: str, request: Row, now: datetime) -> str:
    """Return a new account, or that of a colleague at this office who gets a further role."""
    account = {
        "account_id": new_id(),
        "login": request["login"],
        "name": request["name"],
        "kana": request["kana"],
        "email": request["email"],
        "language": request["language"],
        "must_change_password": False,
        "created_at": now,
    }
    if queries.add_account(tx, account):
        return str(account["account_id"])
    colleagues = [
        member for member in queries.members_at(tx, office_id) if member["login"] == account["login"]
    ]
    if not colleagues or request["role"] in [member["role"] for member in colleagues]:
        raise Invalid("invalid", {"login": ["taken"]})
    return str(colleagues[0]["account_id"])


def name_manager(tx: Connection, member: Row, now: datetime) -> str:
    """Make a member the office's manager; returns that membership, which may be suspended from before."""
    if not domain.is_active(member):
        raise Invalid("invalid", {"membership_id": ["not_active"]})
    membership_id = queries.add_membership(
        tx, member["account_id"], member["office_id"], member["municipality"], roles.OFFICE_MANAGER, now
    )
    queries.set_manager(tx, member["office_id"], membership_id)
    return membership_id


def name_deputy(tx: Connection, caller: Caller, member: Row, deputy_id: str | None, now: datetime) -> None:
    """Say who covers for a member, or that nobody does."""
    if deputy_id is not None:
        domain.check_deputy(member, queries.memberships_of(tx, deputy_id))
    queries.set_deputy(tx, member["membership_id"], deputy_id, caller.account_id, now)


def set_absence(tx: Connection, caller: Caller, member: Row, request: Row, now: datetime) -> list[str]:
    """Save that a member will be away; returns what to think of, as codes."""
    others = queries.absences_of(tx, [member["membership_id"]], now)[member["membership_id"]]
    domain.check_absence(request["from_at"], request["until_at"], others, now)
    absence = {
        "absence_id": new_id(),
        "membership_id": member["membership_id"],
        "from_at": request["from_at"],
        "until_at": request["until_at"],
        "set_by": caller.account_id,
    }
    queries.add_absence(tx, absence)
    return [] if _has_cover(tx, member) else ["deputy_missing"]


def _has_cover(tx: Connection, member: Row) -> bool:
    colleagues = queries.members_at(tx, member["office_id"])
    acting = [colleague["account_id"] for colleague in colleagues if domain.is_active(colleague)]
    return member["deputy_id"] in acting


def entry(tx: Connection, caller: Caller, membership_id: str, now: datetime) -> Row:
    """Return one member as the caller may see them."""
    member = queries.get_member(tx, membership_id)
    if member is None:
        raise NotFound("membership")
    away = queries.absences_of(tx, [membership_id], now)[membership_id]
    mails = invitation_queries.mails_of(tx, [member["account_id"]])
    return domain.staff_entry(caller, member, away, mails.get(member["account_id"]))


def entries(tx: Connection, caller: Caller, office_id: str, now: datetime) -> list[Row]:
    """Return an office's staff as the caller may see it."""
    members = [member for member in queries.members_at(tx, office_id) if domain.may_see(caller, member)]
    absences = queries.absences_of(tx, [member["membership_id"] for member in members], now)
    mails = invitation_queries.mails_of(tx, [member["account_id"] for member in members])
    return [
        domain.staff_entry(caller, member, absences[member["membership_id"]], mails.get(member["account_id"]))
        for member in members
    ]
