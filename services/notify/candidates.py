"""Who stands on a rung of a ladder, or why nobody there can be asked. Pure."""

from dataclasses import dataclass
from datetime import datetime

from chassis.calendar import NeverOpen, OfficeCalendar
from services.notify.ladders import Waits
from services.notify.offices import DEFAULT_CALENDAR, Office


@dataclass(frozen=True)
class Receivers:
    """Whom the note's fact names, with what is known of their offices, and the waits in force."""

    to_account_id: str | None
    office: Office
    desk: Office
    waits: Waits


def candidate(to: Receivers, role: str) -> str | None:
    """Return the account that stands on a rung of the receiving office, or None."""
    if role == "care_manager":
        return to.to_account_id
    if role == "deputy":
        responsible = to.office.member(to.to_account_id)
        return responsible.deputy_id if responsible else None
    return to.office.manager_id


def why_not(to: Receivers, role: str, account_id: str | None, asked: set[str], at: datetime) -> str | None:
    """Return the code that says why a candidate cannot be asked at `at`, or None.

    `asked` are the accounts of the rungs below.
    """
    office = to.office
    if office.office_id is None:
        return "no_office"
    if not office.is_known:
        if role == "care_manager":
            return None if account_id else "no_member"
        return "not_known_yet"
    if account_id is None:
        return {"care_manager": "no_member", "deputy": "no_deputy"}.get(role, "no_manager")
    if account_id in asked:
        return "same_person"
    return _absent(office, account_id, at)


def _absent(office: Office, account_id: str, at: datetime) -> str | None:
    member = office.member(account_id)
    if member is None:
        return "not_a_member"
    if not member.is_active:
        return "suspended"
    try:
        # Whoever is back when the clock starts can answer; who is away then cannot.
        return "away" if member.is_away(office.calendar.next_opening(at)) else None
    except NeverOpen:
        return "never_open"


def at_desk(desk: Office, at: datetime) -> tuple[str, ...]:
    """Return who is asked at the desk: those who are there, or everybody when nobody is."""
    staff = desk.active("desk")
    there = [member for member in staff if not member.is_away(_opening_of_desk(desk.calendar, at))]
    # The desk never is skipped: when all are away, all are told.
    return tuple(sorted(member.account_id for member in there or staff))


def _opening_of_desk(calendar: OfficeCalendar, at: datetime) -> datetime:
    try:
        return calendar.next_opening(at)
    except NeverOpen:
        return DEFAULT_CALENDAR.next_opening(at)
