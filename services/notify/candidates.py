"""Who stands on a rung of a ladder, or why nobody there can be asked. Pure."""

from dataclasses import dataclass
from datetime import datetime

from chassis.calendar import NeverOpen, OfficeCalendar
from contracts.roles import CARE_MANAGER, OFFICE_MANAGER
from contracts.rules import ON_DUTY
from services.notify.duties import on_duty
from services.notify.offices import DEFAULT_CALENDAR, Member, Office
from services.notify.rota_lines import NOBODY, why_not
from services.notify.rules import Rule, RuleRung

# Who may open a note and answer it; nobody else at an office is asked.
_MAY_ANSWER = frozenset({CARE_MANAGER, OFFICE_MANAGER})


@dataclass(frozen=True)
class Receivers:
    """Whom the note's fact names, with what is known of their offices, and the rule in force."""

    to_account_id: str | None
    office: Office
    desk: Office
    rule: Rule


def asked_at(
    to: Receivers, asks: RuleRung, asked: set[str], at: datetime
) -> tuple[tuple[str, ...], str | None]:
    """Return who is asked on a rung of the receiving office from `at` on, or nobody and why (a code).

    `asked` are the accounts of the rungs below.
    """
    if asks.target == "office" and to.office.is_known:
        return _everybody(to.office, asks, asked, at)
    if asks.target == ON_DUTY and to.office.is_known:
        return _on_duty(to.office, asked, at)
    account_id = _candidate(to, asks.target)
    reason = _why_not(to, asks, account_id, asked, at)
    return ((), reason) if reason or account_id is None else ((account_id,), None)


def _candidate(to: Receivers, target: str) -> str | None:
    if target == "care_manager":
        return to.to_account_id
    if target == "deputy":
        responsible = to.office.member(to.to_account_id)
        return responsible.deputy_id if responsible else None
    return to.office.manager_id


def _on_duty(office: Office, asked: set[str], at: datetime) -> tuple[tuple[str, ...], str | None]:
    """Whoever is on duty is there at that moment, whether the office is open or not."""
    account_id = on_duty(office.rota, at)
    reason = why_not(office, account_id, at)
    if account_id is None or reason:
        return (), reason or NOBODY
    if account_id in asked:
        return (), "same_person"
    member = office.member(account_id)
    may_answer = member is not None and bool(member.roles & _MAY_ANSWER)
    return ((account_id,), None) if may_answer else ((), "may_not_answer")


def _everybody(
    office: Office, asks: RuleRung, asked: set[str], at: datetime
) -> tuple[tuple[str, ...], str | None]:
    answering = [member for member in office.members if member.roles & _MAY_ANSWER]
    others = [member for member in answering if member.account_id not in asked]
    if not others:
        return (), "same_person" if answering else "no_member"
    why = {member.account_id: _absent(office, member, asks, at) for member in others}
    there = tuple(sorted(account_id for account_id, reason in why.items() if reason is None))
    return there, None if there else next(reason for reason in why.values())


def _why_not(
    to: Receivers, asks: RuleRung, account_id: str | None, asked: set[str], at: datetime
) -> str | None:
    office = to.office
    if office.office_id is None:
        return "no_office"
    if not office.is_known:
        if asks.target == "care_manager":
            return None if account_id else "no_member"
        return "not_known_yet"
    if account_id is None:
        return {"care_manager": "no_member", "deputy": "no_deputy"}.get(asks.target, "no_manager")
    if account_id in asked:
        return "same_person"
    member = office.member(account_id)
    return _absent(office, member, asks, at) if member else "not_a_member"


def _absent(office: Office, member: Member, asks: RuleRung, at: datetime) -> str | None:
    if not member.is_active:
        return "suspended"
    try:
        # Whoever is back when the clock starts can answer; who is away then cannot.
        starts = at if asks.is_clock else office.calendar.next_opening(at)
    except NeverOpen:
        return "never_open"
    return "away" if member.is_away(starts) else None


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
