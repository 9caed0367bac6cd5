"""What this API and the bus are, for programs; `/api/docs` says the same of the API to people."""

from flask import Response, current_app, jsonify

from gateway import asyncapi, openapi
from gateway.api.blueprint import api
from gateway.ask import open_to_all
from gateway.described import described


@api.get("/openapi.json")
@open_to_all
@described()
def get_openapi() -> Response:
    """Answer this document."""
    return jsonify(openapi.document(current_app))


@api.get("/facts.json")
@open_to_all
@described()
def get_facts() -> Response:
    """Answer the facts on the bus, in AsyncAPI 3.0. They are heard at the broker, not here."""
    return jsonify(asyncapi.document())
