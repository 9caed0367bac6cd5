"""How notes were answered: figures of a desk, or of an office."""

from flask import Response, jsonify

from contracts.roles import DESK, OFFICE_MANAGER
from contracts.statistics import GetStatistics, Statistics
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments
from gateway.described import described


@api.get("/statistics")
@signed_in()
@described(GetStatistics, answers=Statistics, roles=(DESK, OFFICE_MANAGER))
def get_statistics() -> Response:
    """Answer how long answers took and how far ladders went: `?first_day=`, `?last_day=`, both included."""
    return jsonify(ask("notify", "get_statistics", arguments()))
