"""What nobody has answered, for its desk."""

from flask import Response, jsonify

from contracts.roles import DESK
from contracts.unanswered import ListUnanswered, SetListTime, UnansweredFound
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described


@api.get("/unanswered")
@signed_in()
@described(ListUnanswered, answers=UnansweredFound, roles=(DESK,))
def list_unanswered() -> Response:
    """Answer what nobody has answered, the oldest first."""
    return jsonify(ask("notify", "list_unanswered"))


@api.put("/unanswered/time")
@signed_in()
@described(SetListTime, answers=UnansweredFound, roles=(DESK,))
def set_list_time() -> Response:
    """Change when the desk's staff get the list by mail on working days."""
    return jsonify(ask("notify", "set_list_time", body()))
