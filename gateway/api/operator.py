"""Operation of the system: how the parts stand, what is parked. No personal data."""

from flask import Response, jsonify
from marshmallow import fields, validate

from chassis.topology import SERVICES
from contracts.errors import Invalid
from contracts.operations import DeadLetters, ReplayDeadLetters, Replayed, Status
from contracts.roles import OPERATOR
from gateway import operations
from gateway.api.blueprint import api
from gateway.ask import signed_in
from gateway.bodies import body
from gateway.described import described


class Replay(ReplayDeadLetters):
    """Which service's facts; see there for which of them."""

    service = fields.String(required=True, validate=validate.OneOf(SERVICES))


@api.get("/operator/status")
@signed_in(OPERATOR)
@described(answers=Status)
def get_status() -> Response:
    """Answer outbox, relay and queues of every service."""
    return jsonify(operations.status())


@api.get("/operator/dead-letters")
@signed_in(OPERATOR)
@described(answers=DeadLetters)
def list_dead_letters() -> Response:
    """Answer the messages that were parked after their last try."""
    return jsonify(operations.dead_letters())


@api.post("/operator/dead-letters/replay")
@signed_in(OPERATOR)
@described(Replay, answers=Replayed)
def replay_dead_letters() -> Response:
    """Send parked messages back: `{"service": "notify", "fact_ids": […]}`, all without ids."""
    given = body()
    if unknown := given.keys() - {"service", "fact_ids"}:
        raise Invalid("invalid", {name: ["unknown_field"] for name in unknown})
    return jsonify(operations.replay(given.get("service"), given.get("fact_ids")))
