"""The access log, for auditors."""

from flask import Response, jsonify

from contracts.roles import AUDITOR
from contracts.sharing import AccessesFound, ListAccesses
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments
from gateway.described import described


@api.get("/accesses")
@signed_in(AUDITOR)
@described(ListAccesses, answers=AccessesFound)
def list_accesses() -> Response:
    """Answer who read and wrote what, newest first: `?page=`."""
    return jsonify(ask("sharing", "list_accesses", arguments("page")))
