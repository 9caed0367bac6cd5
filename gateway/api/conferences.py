"""退院前カンファレンス that are proposed."""

from flask import Response, jsonify

from contracts.events import ConferencesFound, ListConferences
from contracts.scopes import CONFERENCES_READ
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.described import described


@api.get("/conferences")
@signed_in()
@described(ListConferences, answers=ConferencesFound, scope=CONFERENCES_READ)
def list_conferences() -> Response:
    """Answer the conferences of the office in which I act, soonest first."""
    return jsonify(ask("events", "list_conferences"))
