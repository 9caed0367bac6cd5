"""The movable clock of demonstrations and tests. A real instance answers as if this were not here."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from flask import Response, jsonify, request

from chassis import clock as clocks
from contracts.errors import Invalid, NotFound
from contracts.roles import OPERATOR
from gateway.api.blueprint import api
from gateway.ask import signed_in
from gateway.bodies import body
from gateway.parts import parts


@api.get("/demo/clock")
@signed_in(OPERATOR)
def get_clock() -> Response:
    """Answer what time it is in this instance, and how far the clock was moved."""
    _only_here()
    return jsonify(_present())


@api.post("/demo/clock")
@signed_in(OPERATOR)
def move_clock() -> Response:
    """Move the clock of every process: `{"advance_s": 900}` or `{"to": "2026-11-24T10:00:00+09:00"}`."""
    _only_here()
    given = body()
    if unknown := given.keys() - {"advance_s", "to"}:
        raise Invalid("invalid", {name: ["unknown_field"] for name in unknown})
    clock = parts().clock
    clocks.move(parts().settings.clock_file, clock.offset() + _step(given, clock.now()))
    return jsonify(_present())


def _only_here() -> None:
    settings = parts().settings
    # The containers' proxy has an address of a private network.
    is_near = bool(request.remote_addr) and ip_address(request.remote_addr).is_private
    if not settings.may_move_clock or settings.clock_file is None or not is_near:
        raise NotFound


def _present() -> dict[str, Any]:
    file = parts().settings.clock_file
    clock = clocks.Clock(file)
    return {"now": clock.now().isoformat(), "offset_s": clock.offset().total_seconds()}


def _step(given: dict[str, Any], now: datetime) -> timedelta:
    """Return how far the clock is to be moved from where it stands."""
    if isinstance(given.get("advance_s"), int | float) and not isinstance(given["advance_s"], bool):
        return timedelta(seconds=given["advance_s"])
    try:
        return datetime.fromisoformat(given["to"]) - now
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("invalid", {"to": ["not_a_moment"]}) from error
