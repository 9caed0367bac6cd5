"""When I want to be written to."""

from flask import Response, jsonify

from contracts.wishes import DrawWishes, GetWishes, SetWishes, WishesDrawn, WishesFound
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments, body
from gateway.described import described


@api.get("/wishes")
@signed_in()
@described(GetWishes, answers=WishesFound)
def get_wishes() -> Response:
    """Answer when I want letters."""
    return jsonify(ask("notify", "get_wishes"))


@api.put("/wishes")
@signed_in()
@described(SetWishes, answers=WishesFound)
def set_wishes() -> Response:
    """Change when I want letters; the inbox has everything at once as before."""
    return jsonify(ask("notify", "set_wishes", body()))


@api.get("/wishes/timeline")
@signed_in()
@described(DrawWishes(exclude=("content",)), answers=WishesDrawn)
def draw_wishes() -> Response:
    """Answer when a note that arrives `at` and names me is in my inbox, and when its letter goes out."""
    return jsonify(ask("notify", "draw_wishes", arguments()))
