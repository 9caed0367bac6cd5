"""API keys of an office: who has one, in whose name, for what."""

from flask import Response, jsonify

from contracts.keys import ApiKey, ChangeKey, KeyMade, KeysFound, ListKeys, MakeKey
from contracts.roles import OFFICE_MANAGER
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described


@api.get("/keys")
@signed_in()
@described(ListKeys, answers=KeysFound)
def list_keys() -> Response:
    """Answer the keys of my office, or those in my name when I am not its manager."""
    return jsonify(ask("accounts", "list_keys"))


@api.post("/keys")
@signed_in()
@described(MakeKey, answers=KeyMade, status=201, roles=(OFFICE_MANAGER,))
def make_key() -> tuple[Response, int]:
    """Make a key for a system of my office; the answer shows it this once."""
    return jsonify(ask("accounts", "make_key", body())), 201


@api.post("/keys/<key_id>/agreement")
@signed_in()
@described(ChangeKey, answers=ApiKey)
def agree_to_key(key_id: str) -> Response:
    """Let a key act in my name."""
    return jsonify(ask("accounts", "agree_to_key", body(key_id=key_id)))


@api.delete("/keys/<key_id>")
@signed_in()
@described(ChangeKey, answers=ApiKey)
def withdraw_key(key_id: str) -> Response:
    """Let a key open nothing any more, at once and everywhere."""
    return jsonify(ask("accounts", "withdraw_key", body(key_id=key_id)))
