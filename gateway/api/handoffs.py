"""Handoffs: send, look at, answer, take back."""

from flask import Response, jsonify, request, url_for

from contracts.notify import GetLadder, Ladder
from contracts.roles import CARE_MANAGER, DESK, DISCHARGE_PLANNER, OFFICE_MANAGER
from contracts.scopes import HANDOFFS_ANSWER, HANDOFFS_READ, NOTES_WRITE
from contracts.sharing import (
    AnswerHandoff,
    Board,
    DeclineHandoff,
    GetHandoff,
    Handoff,
    ListHandoffs,
    RecallHandoff,
    SendNote,
)
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments, body
from gateway.described import described

_FLAGS = {"true": True, "false": False, "1": True, "0": False}

_SENDERS = (DISCHARGE_PLANNER, OFFICE_MANAGER)
_RECEIVERS = (CARE_MANAGER, OFFICE_MANAGER, DESK)
_BOTH = (DISCHARGE_PLANNER, *_RECEIVERS)


@api.post("/handoffs")
@signed_in()
@described(
    SendNote, answers=Handoff, status=201, roles=(DISCHARGE_PLANNER,), scope=NOTES_WRITE, refuses=(404,)
)
def send_note() -> tuple[Response, int, dict[str, str]]:
    """Send a discharge note: from the answer on it cannot get lost."""
    handoff = ask("sharing", "send_note", body())
    return jsonify(handoff), 201, {"Location": url_for("api.get_handoff", handoff_id=handoff["handoff_id"])}


@api.get("/handoffs")
@signed_in()
@described(ListHandoffs, answers=Board, roles=_BOTH, scope=HANDOFFS_READ)
def list_handoffs() -> Response:
    """Answer a board: `?board=sent|received`, `?mine=true`, `?handoff_ids=` as often as needed.

    `?part=handoffs|stays`, `?show=needs|waiting|done|over`, `?page=`, `?stays_page=`, `?page_size=` (300 at
    most).
    """
    asked = arguments("page", "stays_page", "page_size")
    if "mine" in asked:
        asked["mine"] = _FLAGS.get(asked["mine"], asked["mine"])
    if "handoff_ids" in asked:
        asked["handoff_ids"] = request.args.getlist("handoff_ids")
    return jsonify(ask("sharing", "list_handoffs", asked))


@api.get("/handoffs/<handoff_id>")
@signed_in()
@described(GetHandoff, answers=Handoff, roles=_BOTH, scope=HANDOFFS_READ)
def get_handoff(handoff_id: str) -> Response:
    """Answer a handoff with its note, history and ladder; this is a reading and is logged."""
    return jsonify(ask("sharing", "get_handoff", {"handoff_id": handoff_id}))


@api.post("/handoffs/<handoff_id>/acknowledgement")
@signed_in()
@described(AnswerHandoff, answers=Handoff, roles=_RECEIVERS, scope=HANDOFFS_ANSWER)
def acknowledge_handoff(handoff_id: str) -> Response:
    """受け取りました, by name."""
    return jsonify(ask("sharing", "acknowledge_handoff", body(handoff_id=handoff_id)))


@api.post("/handoffs/<handoff_id>/acceptance")
@signed_in()
@described(AnswerHandoff, answers=Handoff, roles=_RECEIVERS, scope=HANDOFFS_ANSWER)
def accept_handoff(handoff_id: str) -> Response:
    """受け取り、担当します."""
    return jsonify(ask("sharing", "accept_handoff", body(handoff_id=handoff_id)))


@api.post("/handoffs/<handoff_id>/refusal")
@signed_in()
@described(DeclineHandoff, answers=Handoff, roles=_RECEIVERS, scope=HANDOFFS_ANSWER)
def decline_handoff(handoff_id: str) -> Response:
    """お受けできません, with a reason."""
    return jsonify(ask("sharing", "decline_handoff", body(handoff_id=handoff_id)))


@api.post("/handoffs/<handoff_id>/completion")
@signed_in()
@described(AnswerHandoff, answers=Handoff, roles=_RECEIVERS, scope=HANDOFFS_ANSWER)
def complete_handoff(handoff_id: str) -> Response:
    """What the note asked for is done."""
    return jsonify(ask("sharing", "complete_handoff", body(handoff_id=handoff_id)))


@api.post("/handoffs/<handoff_id>/recall")
@signed_in()
@described(RecallHandoff, answers=Handoff, roles=_SENDERS, scope=NOTES_WRITE)
def recall_handoff(handoff_id: str) -> Response:
    """Take it back; the answer says who had read it."""
    return jsonify(ask("sharing", "recall_handoff", body(handoff_id=handoff_id)))


@api.get("/handoffs/<handoff_id>/ladder")
@signed_in()
@described(GetLadder, answers=Ladder, scope=HANDOFFS_READ)
def get_ladder(handoff_id: str) -> Response:
    """Answer who was asked when, by which channel, and who is next."""
    return jsonify(ask("notify", "get_ladder", {"handoff_id": handoff_id}))
