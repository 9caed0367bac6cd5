"""What reached nobody, and the calls that the desk makes then."""

from flask import Response, jsonify

from contracts.roles import DESK, OPERATOR
from contracts.unreached import GetUnreached, ListUnreached, LogCall, Unreached, UnreachedFound
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described


@api.get("/unreached")
@signed_in()
@described(ListUnreached, answers=UnreachedFound, roles=(DESK, OPERATOR))
def list_unreached() -> Response:
    """Answer what no channel outside has brought to anybody, the oldest first."""
    return jsonify(ask("notify", "list_unreached"))


@api.get("/unreached/<alert_id>")
@signed_in()
@described(GetUnreached, answers=Unreached, roles=(DESK, OPERATOR))
def get_unreached(alert_id: str) -> Response:
    """Answer one of them, with what was tried."""
    return jsonify(ask("notify", "get_unreached", {"alert_id": alert_id}))


@api.post("/unreached/<alert_id>/calls")
@signed_in()
@described(LogCall, answers=Unreached, status=201, roles=(DESK,))
def log_call(alert_id: str) -> tuple[Response, int]:
    """Keep what came of a call. It acknowledges nothing."""
    return jsonify(ask("notify", "log_call", body(alert_id=alert_id))), 201
