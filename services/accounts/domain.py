"""The rules of staff: who may change whom, who covers for whom, what an office tells. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chassis.auth import Caller
from contracts import roles
from contracts.accounts import OfficeStaffed
from contracts.errors import AccessDenied, Conflict, Invalid, NotFound
from contracts.fact import NewFact
from services.accounts.municipalities import administers

ADMINISTRATORS = (roles.MUNICIPAL, roles.OPERATOR)
INVITATION_LASTS = timedelta(days=14)
_LONGEST_ABSENCE = timedelta(days=400)

_CARE = {roles.OFFICE_MANAGER, roles.CLINICIAN, roles.CARE_WORKER}
# Nobody gives themselves a wider view than their office has: a care office has no auditors.
ROLES_AT = {
    "hospital": _CARE | {roles.DISCHARGE_PLANNER},
    "clinic": _CARE | {roles.DISCHARGE_PLANNER},
    "dental": _CARE,
    "pharmacy": _CARE,
    "care_office": _CARE | {roles.CARE_MANAGER},
    "desk": _CARE | {roles.DESK},
    "community_center": _CARE | {roles.DESK, roles.CARE_MANAGER},
    "municipality": {roles.OFFICE_MANAGER, roles.DESK, roles.MUNICIPAL, roles.EMERGENCY, roles.AUDITOR},
}


def check_service(caller: Caller, name: str) -> None:
    """Raise AccessDenied unless this service itself is asking."""
    if caller.service != name:
        raise AccessDenied("role")


def is_manager_of(caller: Caller, office_id: str) -> bool:
    """Return whether the caller acts as a manager of just this office."""
    return caller.role == roles.OFFICE_MANAGER and caller.office_id == office_id


def may_change(caller: Caller, member: Mapping[str, Any]) -> bool:
    """Return whether the caller may change this membership.

    An office's manager changes the staff of that office; an administrator changes the managers of
    the offices of the municipality, nobody else.
    """
    if is_manager_of(caller, member["office_id"]):
        return True
    return _administers(caller, member["municipality"]) and member["role"] == roles.OFFICE_MANAGER


def check_may_change(caller: Caller, member: Mapping[str, Any]) -> None:
    """Raise NotFound unless the caller may change this membership."""
    if not may_change(caller, member):
        raise NotFound("membership")


def check_may_arrange(caller: Caller, member: Mapping[str, Any]) -> None:
    """Raise NotFound unless the caller may say who covers: the person, or who may change them."""
    if caller.account_id != member["account_id"]:
        check_may_change(caller, member)


def check_not_oneself(caller: Caller, member: Mapping[str, Any]) -> None:
    """Raise Conflict when managers would lock themselves out."""
    if caller.account_id == member["account_id"]:
        raise Conflict("not_yourself")


def office_to_staff(caller: Caller, asked_for: str | None) -> str:
    """Return at which office the caller adds somebody. Raises NotFound, Invalid."""
    if caller.role == roles.OFFICE_MANAGER and asked_for in (None, caller.office_id):
        return caller.office_id or ""
    if caller.role in ADMINISTRATORS and asked_for:
        return asked_for
    if caller.role in ADMINISTRATORS:
        raise Invalid("invalid", {"office_id": ["required"]})
    raise NotFound("office")


def check_may_add(caller: Caller, office: Mapping[str, Any] | None, role: str, has_manager: bool) -> None:
    """Raise unless the caller may add somebody in this role at this office."""
    if office is None:
        raise Conflict("office_unknown")
    if role not in ROLES_AT.get(office["kind"], set()):
        raise Invalid("invalid", {"role": ["not_at_this_office"]})
    if not is_manager_of(caller, office["office_id"]):
        _check_first_manager(caller, office, role, has_manager)


def _check_first_manager(caller: Caller, office: Mapping[str, Any], role: str, has_manager: bool) -> None:
    if not _administers(caller, office["municipality"]):
        raise NotFound("office")
    if role != roles.OFFICE_MANAGER:
        raise Invalid("invalid", {"role": ["only_the_first_manager"]})
    if has_manager:
        raise Conflict("has_a_manager")


def _administers(caller: Caller, municipality: str) -> bool:
    return caller.role in ADMINISTRATORS and administers(caller.municipality, municipality)


def check_may_invite(
    member: Mapping[str, Any], all_roles: Iterable[Mapping[str, Any]], by_mail: bool
) -> None:
    """Raise Conflict when a new code may not be made for this member.

    Whoever works elsewhere too, or runs the system, gets the code only by mail: else an office's
    manager could take over more than that office.
    """
    if member["suspended_at"] is not None:
        raise Conflict("is_suspended")
    if not by_mail:
        check_works_here_only(member, all_roles)


def check_may_readdress(member: Mapping[str, Any], all_roles: Iterable[Mapping[str, Any]]) -> None:
    """Raise Conflict when this member's address is not this office's alone: codes are mailed to it."""
    if member["suspended_at"] is not None:
        raise Conflict("is_suspended")
    if _opens_more(member, all_roles):
        raise Conflict("address_is_theirs")


def check_works_here_only(member: Mapping[str, Any], all_roles: Iterable[Mapping[str, Any]]) -> None:
    """Raise Conflict when this member's account opens more than this office."""
    if _opens_more(member, all_roles):
        raise Conflict("works_elsewhere")


def _opens_more(member: Mapping[str, Any], all_roles: Iterable[Mapping[str, Any]]) -> bool:
    return any(
        role["office_id"] != member["office_id"] or role["role"] == roles.OPERATOR for role in all_roles
    )


def check_deputy(member: Mapping[str, Any], deputies: Iterable[Mapping[str, Any]]) -> None:
    """Raise Invalid unless one of the deputy's memberships fits.

    A deputy works at the same office, in the same role or as its manager, and is somebody else.
    """
    fits = [
        deputy
        for deputy in deputies
        if deputy["office_id"] == member["office_id"]
        and deputy["account_id"] != member["account_id"]
        and deputy["role"] in (member["role"], roles.OFFICE_MANAGER)
        and is_active(deputy)
    ]
    if not fits:
        raise Invalid("invalid", {"deputy_id": ["cannot_cover"]})


def check_absence(
    from_at: datetime, until_at: datetime, others: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """Raise Invalid or Conflict when an absence does not make sense."""
    if until_at <= from_at:
        raise Invalid("invalid", {"until_at": ["before_start"]})
    if until_at <= now:
        raise Invalid("invalid", {"until_at": ["in_the_past"]})
    if until_at - from_at > _LONGEST_ABSENCE:
        raise Invalid("invalid", {"until_at": ["too_long"]})
    if any(from_at < other["until_at"] and other["from_at"] < until_at for other in others):
        raise Conflict("absence_overlaps")


def is_active(member: Mapping[str, Any]) -> bool:
    """Return whether somebody can act: invited and answered, and not suspended."""
    return state_of(member) == "active"


def state_of(member: Mapping[str, Any]) -> str:
    """Return invited, active or suspended."""
    if member["suspended_at"] is not None:
        return "suspended"
    return "active" if member["password_hash"] else "invited"


def office_staffed(
    staffing: Mapping[str, Any],
    members: Iterable[Mapping[str, Any]],
    absences: Mapping[str, list[Mapping[str, Any]]],
    now: datetime,
) -> NewFact:
    """Return the fact that tells an office's whole staff.

    A deputy or manager who cannot act just now is left out, so that nobody waits for them; they
    are named again as soon as they are back.
    """
    members = list(members)
    acting = {member["account_id"] for member in members if is_active(member)}
    return OfficeStaffed.happened(
        municipality=staffing["municipality"],
        revision=staffing["revision"],
        office_id=staffing["office_id"],
        manager_id=_manager(staffing, members),
        members=[_told(member, acting, absences, now) for member in members],
    )


def _manager(staffing: Mapping[str, Any], members: list[Mapping[str, Any]]) -> str | None:
    for member in members:
        if member["membership_id"] == staffing["manager_membership_id"] and is_active(member):
            return str(member["account_id"])
    return None


def _told(
    member: Mapping[str, Any],
    acting: set[str],
    absences: Mapping[str, list[Mapping[str, Any]]],
    now: datetime,
) -> dict[str, Any]:
    away = absences.get(member["membership_id"], [])
    return {
        "account_id": member["account_id"],
        "role": member["role"],
        "deputy_id": member["deputy_id"] if member["deputy_id"] in acting else None,
        "is_active": is_active(member),
        "away": [
            {"from_at": one["from_at"], "until_at": one["until_at"]} for one in away if one["until_at"] > now
        ],
    }


def may_see(caller: Caller, member: Mapping[str, Any]) -> bool:
    """Return whether a list shows this member: those who cannot act concern only who may change them."""
    return is_active(member) or may_change(caller, member)


def staff_entry(
    caller: Caller,
    member: Mapping[str, Any],
    away: Iterable[Mapping[str, Any]],
    mail: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return one member as the caller may see them.

    Login and address only who may change them; when somebody is away only colleagues.
    """
    shown = ("membership_id", "account_id", "name", "kana", "role", "is_manager", "deputy_id")
    is_near = caller.office_id == member["office_id"] or may_change(caller, member)
    entry = {key: member[key] for key in shown}
    entry |= {"state": state_of(member), "away": _periods(away) if is_near else []}
    if may_change(caller, member) or caller.account_id == member["account_id"]:
        shown_to_them = ("login", "email", "email_doubted_at", "last_signed_in_at")
        entry |= {key: member[key] for key in shown_to_them}
        entry |= {"invitation_mail": mail_state(mail)}
        entry |= {"has_second_factor": member["second_factor_at"] is not None}
    return entry


def mail_state(mail: Mapping[str, Any] | None) -> str | None:
    """Return waiting, sent or failed, or None when no mail belongs to the open invitation."""
    if mail is None:
        return None
    if mail["sent_at"] is not None:
        return "sent"
    return "waiting" if mail["due_at"] is not None else "failed"


def _periods(absences: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{key: absence[key] for key in ("absence_id", "from_at", "until_at")} for absence in absences]
