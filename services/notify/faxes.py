"""The rules of FAX: who may make a cover sheet, and which return codes count. Pure but for its chance."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis import readable
from chassis.auth import Caller
from contracts.errors import Conflict, Invalid, NotFound
from contracts.faxes import ENTERED_WITHIN_D, LIFE_D
from contracts.roles import DESK, DISCHARGE_PLANNER
from services.notify import daily
from services.notify.domain import Plan
from services.notify.offices import Office

LIFE = timedelta(days=LIFE_D)
# What was sent back in time may lie on a desk for a while until somebody enters it.
ENTERED_WITHIN = timedelta(days=ENTERED_WITHIN_D)
# Whoever receives such a note on paper could do nothing with it.
VOID = ("declined", "recalled", "superseded")


@dataclass(frozen=True)
class Standing:
    """How an alert stands: its row, its ladder, its receiving office, whether it has reached nobody."""

    row: Any
    plan: Plan
    office: Office
    is_unreached: bool

    @property
    def goes_to_paper(self) -> bool:
        """Return whether the receiving office has nobody who could sign in."""
        return self.row.to_account_id is None and not any(member.is_active for member in self.office.members)


def new_code() -> str:
    """Return a random return code of 4 + 4 characters, longer than the number of a handoff."""
    return f"{readable.letters(4)}-{readable.letters(4)}"


def ends_at(made_at: datetime) -> datetime:
    """Return until when a sheet and its link are good: the end of a day in Japan, as is printed on it."""
    return daily.ends_at(daily.day_of(made_at + LIFE))


def digest(code: str) -> str:
    """Return by what a return code is known, however it was typed."""
    return hashlib.sha256(readable.bare(code).encode()).hexdigest()


def is_ours(caller: Caller, row: Any) -> bool:
    """Return whether an alert is one of the caller's desk, or was sent by the caller's office."""
    whose = {DESK: row.desk_id, DISCHARGE_PLANNER: row.from_office_id}
    return caller.office_id is not None and whose.get(caller.role) == caller.office_id


def check_may_make(caller: Caller, on: Standing) -> None:
    """Raise NotFound or Conflict unless this caller may make a sheet now."""
    if not _may_see(caller, on):
        raise NotFound("handoff")
    if on.row.ended_as in VOID:
        raise Conflict(f"is_{on.row.ended_as}")


def may_make(caller: Caller, on: Standing) -> bool:
    """Return whether this caller may make a sheet now."""
    return _may_see(caller, on) and on.row.ended_as not in VOID


def _may_see(caller: Caller, on: Standing) -> bool:
    if on.row.to_office_id is None or not is_ours(caller, on.row):
        return False
    has_come = on.is_unreached or on.row.current == len(on.plan.rungs)
    return on.goes_to_paper or (caller.role == DESK and has_come)


def rung_of(row: Any, plan: Plan) -> int:
    """Return the rung of the receiving office for which a sheet speaks: the last that was asked there."""
    return int(min(row.current, max(1, len(plan.rungs) - 1)))


def check_return(sheet: Any, caller: Caller, now: datetime) -> None:
    """Raise Invalid unless this sheet of the caller's may come back now."""
    if reason := _why_not(sheet, caller, now):
        raise Invalid("invalid", {"return_code": [reason]})


def _why_not(sheet: Any, caller: Caller, now: datetime) -> str | None:
    if sheet is None or not is_ours(caller, sheet):
        return "code_unknown"
    if sheet.outcome:
        return "code_used"
    if sheet.ended_as in VOID:
        return "code_ended"
    return "code_over" if sheet.ends_at + ENTERED_WITHIN <= now else None
