"""Questions and answers on `bus.sock`: one JSON object a line, the methods of a session by name."""

import json
from typing import Any

from amqp.exceptions import NotFound, PreconditionFailed

from chassis.embedded.parcel import Delivery, Parcel, from_wire

METHODS = frozenset(
    {
        "declare_exchange",
        "declare_queue",
        "bind",
        "unbind",
        "publish",
        "get",
        "subscribe",
        "cancel",
        "next",
        "ack",
        "give_back",
        "refuse",
        "depths",
    }
)
_ERRORS = {kind.__name__: kind for kind in (NotFound, PreconditionFailed)}


def question(method: str, arguments: list[Any], named: dict[str, Any]) -> bytes:
    """Return a question as it is sent."""
    return _line({"do": method, "with": arguments, "named": named})


def asked(line: bytes) -> tuple[str, list[Any], dict[str, Any]]:
    """Return method and arguments of a question. Raises ValueError when it is none."""
    told = json.loads(line)
    method, arguments, named = told["do"], told["with"], told["named"]
    if method not in METHODS:
        raise ValueError("no such method")
    if method == "publish":
        arguments = [[from_wire(each) for each in arguments[0]]]
    return method, arguments, named


def answer(value: Any) -> bytes:
    """Return an answer as it is sent."""
    return _line({"ok": value})


def refusal(error: Exception) -> bytes:
    """Return an error as it is sent: its kind, and its words when they are ours."""
    return _line(
        {"error": type(error).__name__, "words": str(error) if type(error).__name__ in _ERRORS else ""}
    )


def answered(line: bytes) -> Any:
    """Return the value of an answer. Raises what it says was raised; ConnectionError for all else."""
    told = json.loads(line)
    if "error" in told:
        raise _ERRORS.get(told["error"], ConnectionError)(told["words"] or told["error"])
    return told["ok"]


def delivery(told: dict[str, Any] | None) -> Delivery | None:
    """Return the delivery that was sent."""
    return None if told is None else Delivery(told["number"], told["tag"], from_wire(told["parcel"]))


def _line(content: Any) -> bytes:
    return json.dumps(content, default=_told).encode() + b"\n"


def _told(value: Any) -> Any:
    if isinstance(value, Parcel):
        return value.to_wire()
    if isinstance(value, Delivery):
        return {"number": value.number, "tag": value.tag, "parcel": value.parcel.to_wire()}
    raise TypeError(type(value).__name__)
