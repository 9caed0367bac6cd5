"""W3C trace context, carried from the browser's request through calls and facts."""

import secrets
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("traceparent", default="")


def start(traceparent: str = "") -> str:
    """Continue `traceparent`, or start a new trace; returns the value for the next hop."""
    parts = traceparent.split("-")
    trace_id = parts[1] if len(parts) == 4 and len(parts[1]) == 32 else secrets.token_hex(16)
    value = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    _current.set(value)
    return value


def current() -> str:
    """Return the `traceparent` of what is being done, or an empty text."""
    return _current.get()


def trace_id() -> str:
    """Return the 32 hex digits that all hops of one request share."""
    return _current.get()[3:35]
