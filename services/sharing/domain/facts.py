"""The facts that tell of stays and of what became of a handoff. No name and no word of a note is in them."""

from collections.abc import Callable
from typing import Any

from contracts.fact import Fact, NewFact
from contracts.sharing import (
    DischargePlanned,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDeclined,
    HandoffRecalled,
    HandoffSeen,
    HandoffSuperseded,
    StayAdmitted,
    StayCancelled,
    StayDischarged,
    StayRevised,
)
from services.sharing.domain.handoffs import Event, Handoff
from services.sharing.domain.stays import Stay

Told = tuple[type[Fact], dict[str, Any]]
_Teller = Callable[[Handoff, Event], Told]


def of_event(handoff: Handoff, event: Event) -> NewFact:
    """Return the fact of what a person did with a handoff."""
    kind, data = _DATA[event.state](handoff, event)
    return kind.happened(
        municipality=handoff.municipality, episode=handoff.stay_id, handoff_id=handoff.handoff_id, **data
    )


def _by(kind: type[Fact], verb: str, *, with_office: bool = False, with_reason: bool = False) -> _Teller:
    def data(handoff: Handoff, event: Event) -> Told:
        told: dict[str, Any] = {f"{verb}_by": event.actor_id, f"{verb}_at": event.at}
        if with_office:
            told["office_id"] = event.office_id
        if with_reason:
            told["reason"] = handoff.decline_reason
        return kind, told

    return data


def _superseded(handoff: Handoff, event: Event) -> Told:
    return HandoffSuperseded, {
        "superseded_by_id": handoff.superseded_by_id,
        "superseded_at": event.at,
    }


_DATA: dict[str, _Teller] = {
    "seen": _by(HandoffSeen, "seen"),
    "acknowledged": _by(HandoffAcknowledged, "acknowledged", with_office=True),
    "accepted": _by(HandoffAccepted, "accepted", with_office=True),
    "declined": _by(HandoffDeclined, "declined", with_office=True, with_reason=True),
    "recalled": _by(HandoffRecalled, "recalled"),
    "completed": _by(HandoffCompleted, "completed"),
    "superseded": _superseded,
}


def admitted(stay: Stay) -> NewFact:
    """Return the fact of an admission."""
    return _of_stay(StayAdmitted, stay, admitted_at=stay.admitted_at)


def revised(stay: Stay) -> NewFact:
    """Return the fact of a correction."""
    return _of_stay(StayRevised, stay)


def cancelled(stay: Stay) -> NewFact:
    """Return the fact that a stay was entered by mistake."""
    return _of_stay(StayCancelled, stay)


def planned(stay: Stay, care_manager: tuple[str | None, str | None]) -> NewFact:
    """Return the fact of a planned discharge; `care_manager` is (office, account) of the team."""
    office_id, account_id = care_manager
    return _of_stay(
        DischargePlanned,
        stay,
        planner_id=stay.changed_by,
        care_office_id=office_id,
        care_manager_id=account_id,
        planned_at=stay.planned_at,
    )


def discharged(stay: Stay) -> NewFact:
    """Return the fact of a discharge."""
    return _of_stay(StayDischarged, stay, discharged_at=stay.discharged_at)


def _of_stay(kind: type[Fact], stay: Stay, **data: object) -> NewFact:
    return kind.happened(
        municipality=stay.municipality,
        episode=stay.stay_id,
        revision=stay.revision,
        stay_id=stay.stay_id,
        hospital_id=stay.hospital_id,
        **data,
    )
