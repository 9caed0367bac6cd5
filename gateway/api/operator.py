"""Operation of the system: how the parts stand, what is parked. No personal data."""

from flask import Response, jsonify

from contracts.errors import Invalid
from contracts.roles import OPERATOR
from gateway import operations
from gateway.api.blueprint import api
from gateway.ask import signed_in
from gateway.bodies import body


@api.get("/operator/status")
@signed_in(OPERATOR)
def get_status() -> Response:
    """Answer outbox, relay and queues of every service."""
    return jsonify(operations.status())


@api.get("/operator/dead-letters")
@signed_in(OPERATOR)
def list_dead_letters() -> Response:
    """Answer the messages that were parked after their last try."""
    return jsonify(operations.dead_letters())


@api.post("/operator/dead-letters/replay")
@signed_in(OPERATOR)
def replay_dead_letters() -> Response:
    """Send parked messages back: `{"service": "notify", "fact_ids": […]}`, all without ids."""
    given = body()
    if unknown := given.keys() - {"service", "fact_ids"}:
        raise Invalid("invalid", {name: ["unknown_field"] for name in unknown})
    return jsonify(operations.replay(given.get("service"), given.get("fact_ids")))
