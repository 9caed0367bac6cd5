"""The movable clock of demonstrations and tests. A real instance answers as if this were not here."""

import time
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields, validate

from chassis import clock as clocks
from contracts.errors import Invalid, NotFound
from contracts.fields import Moment
from contracts.roles import OPERATOR
from gateway.api.blueprint import api
from gateway.ask import signed_in
from gateway.bodies import body
from gateway.described import described
from gateway.parts import parts

_ALL_FOLLOW_S = 0.1
_FURTHEST_S = 366 * 86_400


class MoveClock(Schema):
    """One of the two: how far, or to which moment."""

    advance_s = fields.Float(validate=validate.Range(-_FURTHEST_S, _FURTHEST_S))
    to = Moment()


class ClockTold(Schema):
    """What time it is here, and how far that is from the machine's time."""

    now = Moment()
    offset_s = fields.Float()


@api.get("/demo/clock")
@signed_in(OPERATOR)
@described(answers=ClockTold, refuses=(404,))
def get_clock() -> Response:
    """Answer what time it is in this instance, and how far the clock was moved."""
    _only_here()
    return jsonify(_present())


@api.post("/demo/clock")
@signed_in(OPERATOR)
@described(MoveClock, answers=ClockTold, keeps_key=False, refuses=(404,))
def move_clock() -> Response:
    """Move the clock of every process: `{"advance_s": 900}` or `{"to": "2026-11-24T10:00:00+09:00"}`."""
    _only_here()
    given = body()
    if unknown := given.keys() - {"advance_s", "to"}:
        raise Invalid("invalid", {name: ["unknown_field"] for name in unknown})
    clock, file = _clock(), parts().settings.clock_file
    assert file is not None  # _only_here
    clocks.move(file, clock.offset() + _step(given, clock.now()))
    # Every process looks at the file now and then: when this is answered, all follow.
    time.sleep(_ALL_FOLLOW_S)
    return jsonify(_present())


def _only_here() -> None:
    settings = parts().settings
    # The containers' proxy has an address of a private network.
    is_near = request.remote_addr is not None and ip_address(request.remote_addr).is_private
    if not settings.may_move_clock or settings.clock_file is None or not is_near:
        raise NotFound


def _clock() -> clocks.Clock:
    """Return a clock that has just looked at the file; the process's own may be behind a little."""
    return clocks.Clock(parts().settings.clock_file)


def _present() -> dict[str, Any]:
    clock = _clock()
    return {"now": clock.now().isoformat(), "offset_s": clock.offset().total_seconds()}


def _step(given: dict[str, Any], now: datetime) -> timedelta:
    """Return how far the clock is to be moved from where it stands."""
    seconds = given.get("advance_s")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        if abs(seconds) > _FURTHEST_S:
            raise Invalid("invalid", {"advance_s": ["out_of_range"]})
        return timedelta(seconds=seconds)
    try:
        return datetime.fromisoformat(given["to"]) - now
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("invalid", {"to": ["not_a_moment"]}) from error
