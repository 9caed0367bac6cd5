"""Who may read and answer a handoff, as things stand now."""

from collections.abc import Collection
from dataclasses import dataclass

from chassis.auth import Caller
from contracts.roles import CARE_MANAGER, DESK, DISCHARGE_PLANNER, OFFICE_MANAGER
from services.sharing.domain.handoffs import Handoff

SENDERS = (DISCHARGE_PLANNER, OFFICE_MANAGER)
RECEIVERS = (CARE_MANAGER, OFFICE_MANAGER, DESK)

# (office, account) of the rungs that the ladder has reached; account None is all of a desk.
Holders = Collection[tuple[str | None, str | None]]


@dataclass(frozen=True)
class Team:
    """What stands at this moment: who is care manager, who manages the receiving office, is there consent."""

    has_consent: bool
    office_ids: frozenset[str] = frozenset()
    care_manager: tuple[str | None, str | None] = (None, None)  # office, account
    manager_id: str | None = None


def side_of(caller: Caller, handoff: Handoff, team: Team, holders: Holders) -> str:
    """Return sender, receiver, or nothing for a stranger.

    The receiving side needs valid consent now; the sender's keeps seeing the state.
    """
    if caller.role in SENDERS and caller.office_id == handoff.from_office_id:
        return "sender"
    if not team.has_consent or caller.role not in RECEIVERS or not caller.account_id:
        return ""
    return "receiver" if _receives(caller, handoff, team, holders) else ""


def sees_stays_elsewhere(caller: Caller, care_office_id: str | None, agreed: bool) -> bool:
    """Return whether the caller sees stays at hospitals that are not the caller's own office.

    Only who accompanies the person at home does, as far as a consent covers stays: a hospital, its
    management too, never learns of a stay at another one; nor does an office that merely entered the
    person.
    """
    if not agreed:
        return False
    return caller.role == DESK or (
        caller.role in (CARE_MANAGER, OFFICE_MANAGER) and caller.office_id == care_office_id
    )


def _receives(caller: Caller, handoff: Handoff, team: Team, holders: Holders) -> bool:
    if team.care_manager == (caller.office_id, caller.account_id):
        return True
    if caller.office_id == handoff.desk_id:
        return caller.role == DESK and (handoff.to_office_id is None or (caller.office_id, None) in holders)
    # An office that has left the team keeps nothing.
    if caller.office_id != handoff.to_office_id or caller.office_id not in team.office_ids:
        return False
    return caller.account_id == team.manager_id or (caller.office_id, caller.account_id) in holders
