"""Who is on duty at my office: its rota, and duties that people swap."""

from flask import Response, jsonify

from contracts.duties import (
    AddSingleDuty,
    AddWeeklyDuty,
    AnswerSwap,
    DutyKept,
    EndWeeklyDuty,
    GetRota,
    OfferSwap,
    RemoveSingleDuty,
    Rota,
    Swap,
    WithdrawSwap,
)
from contracts.roles import DESK, OFFICE_MANAGER
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments, body
from gateway.described import described

_EDITING = (OFFICE_MANAGER, DESK)


@api.get("/rota")
@signed_in()
@described(GetRota, answers=Rota)
def get_rota() -> Response:
    """Answer who is on duty in a week, and what is to come."""
    return jsonify(ask("notify", "get_rota", arguments()))


@api.post("/rota/weekly")
@signed_in()
@described(AddWeeklyDuty, answers=DutyKept, status=201, roles=_EDITING, refuses=(409,))
def add_weekly_duty() -> tuple[Response, int]:
    """Put somebody on duty every week."""
    return jsonify(ask("notify", "add_weekly_duty", body())), 201


@api.post("/rota/weekly/<duty_id>/end")
@signed_in()
@described(EndWeeklyDuty, answers=DutyKept, roles=_EDITING)
def end_weekly_duty(duty_id: str) -> Response:
    """Let a weekly duty be no more, at once or from a day on."""
    return jsonify(ask("notify", "end_weekly_duty", body(duty_id=duty_id)))


@api.post("/rota/days")
@signed_in()
@described(AddSingleDuty, answers=DutyKept, status=201, roles=_EDITING, refuses=(409,))
def add_single_duty() -> tuple[Response, int]:
    """Put somebody else, or nobody, on duty for once."""
    return jsonify(ask("notify", "add_single_duty", body())), 201


@api.delete("/rota/days/<duty_id>")
@signed_in()
@described(RemoveSingleDuty, answers=DutyKept, roles=_EDITING)
def remove_single_duty(duty_id: str) -> Response:
    """Let what a single duty took the place of hold again."""
    return jsonify(ask("notify", "remove_single_duty", body(duty_id=duty_id)))


@api.post("/rota/swaps")
@signed_in()
@described(OfferSwap, answers=Swap, status=201, refuses=(409,))
def offer_swap() -> tuple[Response, int]:
    """Offer a coming duty of mine to a colleague."""
    return jsonify(ask("notify", "offer_swap", body())), 201


@api.post("/rota/swaps/<swap_id>/answer")
@signed_in()
@described(AnswerSwap, answers=Swap, refuses=(409,))
def answer_swap(swap_id: str) -> Response:
    """Take a colleague's duty, or not."""
    return jsonify(ask("notify", "answer_swap", body(swap_id=swap_id)))


@api.post("/rota/swaps/<swap_id>/withdrawal")
@signed_in()
@described(WithdrawSwap, answers=Swap, refuses=(409,))
def withdraw_swap(swap_id: str) -> Response:
    """Take an offer of mine back."""
    return jsonify(ask("notify", "withdraw_swap", body(swap_id=swap_id)))
