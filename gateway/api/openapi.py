"""What this API is, for programs; `/api/docs` says the same to people."""

from flask import Response, current_app, jsonify

from gateway import openapi
from gateway.api.blueprint import api
from gateway.ask import open_to_all
from gateway.described import described


@api.get("/openapi.json")
@open_to_all
@described()
def get_openapi() -> Response:
    """Answer this document."""
    return jsonify(openapi.document(current_app))
