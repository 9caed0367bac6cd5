"""FAX: cover sheets, and what comes back on them."""

from flask import Response, jsonify

from contracts.faxes import FaxReturned, FaxSheetMade, LogFaxReturn, MakeFaxSheet
from contracts.roles import DESK, DISCHARGE_PLANNER
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described


@api.post("/handoffs/<handoff_id>/fax-sheets")
@signed_in()
@described(MakeFaxSheet, answers=FaxSheetMade, status=201, roles=(DESK, DISCHARGE_PLANNER))
def make_fax_sheet(handoff_id: str) -> tuple[Response, int]:
    """Make a cover sheet. Its return code and its link are in this answer alone."""
    return jsonify(ask("notify", "make_fax_sheet", body(handoff_id=handoff_id))), 201


@api.post("/fax-returns")
@signed_in()
@described(LogFaxReturn, answers=FaxReturned, status=201, roles=(DESK, DISCHARGE_PLANNER))
def log_fax_return() -> tuple[Response, int]:
    """Keep what an office has sent back. It acknowledges nothing."""
    return jsonify(ask("notify", "log_fax_return", body())), 201
