"""A stay: admitted → discharge_planned → discharged; revised at any time, or cancelled."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.clock import TOKYO
from contracts.errors import Conflict, Invalid

ADMITTED, PLANNED, DISCHARGED, CANCELLED = "admitted", "discharge_planned", "discharged", "cancelled"


@dataclass(frozen=True)
class Stay:
    """One stay, as its row is."""

    stay_id: str
    person_id: str
    hospital_id: str
    hospital_name: str
    municipality: str
    state: str
    revision: int
    admitted_at: datetime
    planned_at: datetime | None
    destination: str | None
    discharged_at: datetime | None
    cancelled_at: datetime | None
    ward: str
    room: str
    cause: str
    changed_by: str
    changed_by_name: str
    changed_at: datetime


@dataclass(frozen=True)
class Change:
    """Who changes a stay, and when."""

    by: str
    name: str
    at: datetime


def admit(
    request: dict[str, Any], stay_id: str, hospital: tuple[str, str], municipality: str, change: Change
) -> Stay:
    """Return a new stay at `hospital` (id, name); `municipality` is the person's."""
    return Stay(
        stay_id=stay_id,
        person_id=request["person_id"],
        hospital_id=hospital[0],
        hospital_name=hospital[1],
        municipality=municipality,
        state=ADMITTED,
        revision=1,
        admitted_at=request["admitted_at"],
        planned_at=None,
        destination=None,
        discharged_at=None,
        cancelled_at=None,
        ward=request["ward"],
        room=request["room"],
        cause=request["cause"],
        changed_by=change.by,
        changed_by_name=change.name,
        changed_at=change.at,
    )


def revise(stay: Stay, revision: int, given: dict[str, Any], change: Change) -> Stay:
    """Return the stay with the given fields corrected. Conflict when somebody else was faster."""
    _refuse_cancelled(stay)
    if revision != stay.revision:
        raise Conflict("stay_changed")
    revised = _next(stay, change, **given)
    _check_order(revised)
    return revised


def plan_discharge(stay: Stay, planned_at: datetime, destination: str, change: Change) -> Stay:
    """Return the stay with a day of discharge in sight; the plan may move as often as it does."""
    _refuse_cancelled(stay)
    if stay.state == DISCHARGED:
        raise Conflict("already_discharged")
    planned = _next(stay, change, state=PLANNED, planned_at=planned_at, destination=destination)
    _check_order(planned)
    return planned


def discharge(stay: Stay, discharged_at: datetime, change: Change) -> Stay:
    """Return the stay as ended. Saying it again corrects the moment."""
    _refuse_cancelled(stay)
    if discharged_at > change.at:
        raise Invalid("stay", {"discharged_at": ["in_future"]})
    discharged = _next(stay, change, state=DISCHARGED, discharged_at=discharged_at)
    _check_order(discharged)
    return discharged


def cancel(stay: Stay, change: Change) -> Stay:
    """Return the stay as entered by mistake."""
    _refuse_cancelled(stay)
    return _next(stay, change, state=CANCELLED, cancelled_at=change.at)


def check_admission(admitted_at: datetime, now: datetime) -> None:
    """Raise Invalid for an admission that has not happened: it is told at the event, not when planned."""
    if admitted_at.astimezone(TOKYO).date() > now.astimezone(TOKYO).date():
        raise Invalid("stay", {"admitted_at": ["in_future"]})


def _next(stay: Stay, change: Change, **new: Any) -> Stay:
    return replace(
        stay,
        revision=stay.revision + 1,
        changed_by=change.by,
        changed_by_name=change.name,
        changed_at=change.at,
        **new,
    )


def _refuse_cancelled(stay: Stay) -> None:
    if stay.state == CANCELLED:
        raise Conflict("stay_cancelled")


def _check_order(stay: Stay) -> None:
    check_admission(stay.admitted_at, stay.changed_at)
    late = [
        path
        for path, at in (("planned_at", stay.planned_at), ("discharged_at", stay.discharged_at))
        if at is not None and at < stay.admitted_at
    ]
    if late:
        raise Invalid("stay", {path: ["before_admission"] for path in late})
