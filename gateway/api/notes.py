"""The discharge note while it is being written."""

from flask import Response, jsonify

from contracts.roles import DISCHARGE_PLANNER
from contracts.scopes import NOTES_WRITE
from contracts.sharing import DraftSaved, GetNote, NotePage, SaveDraft
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described


@api.get("/stays/<stay_id>/note")
@signed_in()
@described(GetNote, answers=NotePage, roles=(DISCHARGE_PLANNER,), refuses=(409,), scope=NOTES_WRITE)
def get_note(stay_id: str) -> Response:
    """Answer the draft, prefilled when it is new, with what is missing and who will receive it."""
    return jsonify(ask("sharing", "get_note", {"stay_id": stay_id}))


@api.put("/stays/<stay_id>/note")
@signed_in()
@described(SaveDraft, answers=DraftSaved, roles=(DISCHARGE_PLANNER,), scope=NOTES_WRITE)
def save_draft(stay_id: str) -> Response:
    """Save the draft, whatever is still missing in it."""
    return jsonify(ask("sharing", "save_draft", body(stay_id=stay_id)))
