"""Who of my office is at a handoff (対応中): take it, hand it on, let it go."""

from flask import Response, jsonify

from contracts.holding import GetHolding, HandOnAlert, Holding, LetGoAlert, TakeAlert
from contracts.roles import CARE_MANAGER, DESK, OFFICE_MANAGER
from contracts.scopes import HANDOFFS_ANSWER, INBOX_READ
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described

_RECEIVERS = (CARE_MANAGER, OFFICE_MANAGER, DESK)
_PATH = "/handoffs/<handoff_id>/holding"


@api.get(_PATH)
@signed_in()
@described(GetHolding, answers=Holding, roles=_RECEIVERS, scope=INBOX_READ)
def get_holding(handoff_id: str) -> Response:
    """Answer who of my office is at it, and what I may do about that."""
    return jsonify(ask("notify", "get_holding", {"handoff_id": handoff_id}))


@api.post(_PATH)
@signed_in()
@described(TakeAlert, answers=Holding, roles=_RECEIVERS, scope=HANDOFFS_ANSWER)
def take_alert(handoff_id: str) -> Response:
    """わたしが対応します; no acknowledgement. 409 `held_by_other`: GET says who was first."""
    return jsonify(ask("notify", "take_alert", body(handoff_id=handoff_id)))


@api.put(_PATH)
@signed_in()
@described(HandOnAlert, answers=Holding, roles=_RECEIVERS, scope=HANDOFFS_ANSWER)
def hand_on_alert(handoff_id: str) -> Response:
    """Hand it on to a colleague of my office, who is alerted."""
    return jsonify(ask("notify", "hand_on_alert", body(handoff_id=handoff_id)))


@api.delete(_PATH)
@signed_in()
@described(LetGoAlert, answers=Holding, roles=_RECEIVERS, scope=HANDOFFS_ANSWER)
def let_go_alert(handoff_id: str) -> Response:
    """Let it go: nobody is at it any more."""
    return jsonify(ask("notify", "let_go_alert", body(handoff_id=handoff_id)))
