"""Who may take an alert for an office, let it go or hand it on. Pure: values in, values out."""

from dataclasses import dataclass
from datetime import datetime

from contracts.errors import Conflict, Invalid
from contracts.roles import CARE_MANAGER, DESK, OFFICE_MANAGER
from services.notify.offices import Member, Office

# Those who may answer a handoff, and so those who may be at it.
ANSWERING = frozenset((CARE_MANAGER, OFFICE_MANAGER, DESK))
# A colleague who went home must not keep it from the others: these release for everybody.
RELEASING = frozenset((OFFICE_MANAGER, DESK))

TAKEN, LET_GO, HANDED_ON = "taken", "let_go", "handed_on"


@dataclass(frozen=True)
class Held:
    """How an alert stands for one office. `held_by` is None while nobody there has taken it."""

    ended_as: str | None
    asked_office_id: str | None
    office_id: str
    held_by: str | None = None


def may(held: Held, account_id: str, role: str) -> list[str]:
    """Return what somebody of the office may do now: take, let_go, hand_on."""
    if held.ended_as or held.asked_office_id != held.office_id or role not in ANSWERING:
        return []
    if held.held_by is None:
        return ["take", "hand_on"]
    return ["let_go", "hand_on"] if account_id == held.held_by or role in RELEASING else []


def check_open(held: Held) -> None:
    """Raise Conflict when it is answered, or when the ladder has left the office."""
    if held.ended_as:
        raise Conflict(f"is_{held.ended_as}")
    if held.asked_office_id != held.office_id:
        raise Conflict("asked_elsewhere")


def check_take(held: Held, account_id: str) -> None:
    """Raise Conflict unless it is free or has been this person's all along."""
    check_open(held)
    if held.held_by not in (None, account_id):
        raise Conflict("held_by_other")


def check_let_go(held: Held, account_id: str, role: str) -> None:
    """Raise Conflict unless this person may make it free."""
    check_open(held)
    if held.held_by is None:
        raise Conflict("held_by_nobody")
    if "let_go" not in may(held, account_id, role):
        raise Conflict("held_by_other")


def check_hand_on(held: Held, account_id: str, role: str) -> None:
    """Raise Conflict unless this person may give it to a colleague."""
    check_open(held)
    if "hand_on" not in may(held, account_id, role):
        raise Conflict("held_by_other")


def check_colleague(office: Office, colleague_id: str, held_by: str | None, now: datetime) -> None:
    """Raise Invalid unless an alert can be handed on to this account."""
    member = office.member(colleague_id)
    if member is None or not member.roles & ANSWERING:
        raise Invalid("invalid", {"to_account_id": ["not_a_member"]})
    if not member.is_active:
        raise Invalid("invalid", {"to_account_id": ["not_active"]})
    if member.is_away(now):
        raise Invalid("invalid", {"to_account_id": ["away_now"]})
    if colleague_id == held_by:
        raise Invalid("invalid", {"to_account_id": ["has_it"]})


def colleagues(office: Office, held_by: str | None, now: datetime) -> list[str]:
    """Return those of an office to whom an alert can be handed on now."""
    return [member.account_id for member in office.members if _can_take(member, held_by, now)]


def _can_take(member: Member, held_by: str | None, now: datetime) -> bool:
    is_there = member.is_active and not member.is_away(now)
    return is_there and bool(member.roles & ANSWERING) and member.account_id != held_by
