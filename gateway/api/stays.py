"""Stays in hospital: admission, revision, plan, discharge, cancellation."""

from flask import Response, jsonify

from contracts.roles import DISCHARGE_PLANNER
from contracts.scopes import STAYS_WRITE
from contracts.sharing import AdmitPerson, CancelStay, DischargePerson, PlanDischarge, ReviseStay, Stay
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described


@api.post("/stays")
@signed_in()
@described(
    AdmitPerson, answers=Stay, status=201, roles=(DISCHARGE_PLANNER,), scope=STAYS_WRITE, refuses=(404,)
)
def admit_person() -> tuple[Response, int]:
    """Enter an admission to my hospital."""
    return jsonify(ask("sharing", "admit_person", body())), 201


@api.patch("/stays/<stay_id>")
@signed_in()
@described(ReviseStay, answers=Stay, roles=(DISCHARGE_PLANNER,), scope=STAYS_WRITE)
def revise_stay(stay_id: str) -> Response:
    """Correct a stay; only given fields change."""
    return jsonify(ask("sharing", "revise_stay", body(stay_id=stay_id)))


@api.post("/stays/<stay_id>/plan")
@signed_in()
@described(PlanDischarge, answers=Stay, roles=(DISCHARGE_PLANNER,), scope=STAYS_WRITE)
def plan_discharge(stay_id: str) -> Response:
    """Set or move the day of discharge."""
    return jsonify(ask("sharing", "plan_discharge", body(stay_id=stay_id)))


@api.post("/stays/<stay_id>/discharge")
@signed_in()
@described(DischargePerson, answers=Stay, roles=(DISCHARGE_PLANNER,), scope=STAYS_WRITE)
def discharge_person(stay_id: str) -> Response:
    """Enter that the person has left."""
    return jsonify(ask("sharing", "discharge_person", body(stay_id=stay_id)))


@api.post("/stays/<stay_id>/cancellation")
@signed_in()
@described(CancelStay, answers=Stay, roles=(DISCHARGE_PLANNER,), scope=STAYS_WRITE)
def cancel_stay(stay_id: str) -> Response:
    """Take back a stay that was entered by mistake."""
    return jsonify(ask("sharing", "cancel_stay", body(stay_id=stay_id)))
