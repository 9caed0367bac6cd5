"""W3C trace context, carried from the browser's request through calls and facts, and the spans along it.

Everything here costs next to nothing until somebody records: `chassis.tracing` does where traces are
switched on (ADR 26).
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

_current: ContextVar[str] = ContextVar("traceparent", default="")
_MOST_KEPT = 10_000


@dataclass
class Span:
    """One piece of work: its place in the trace, when, and codes about it; never anything of a person."""

    kind: str
    name: str
    traceparent: str
    parent: str
    attributes: dict[str, str | int] = field(default_factory=dict)
    started_ns: int = field(default_factory=time.time_ns)
    ended_ns: int = 0
    error: str = ""
    # Of work for several facts: where the others came from.
    links: tuple[str, ...] = ()

    def end(self, error: str = "") -> None:
        """Hand the span to whoever records; `error` is the kind of one."""
        self.ended_ns, self.error = time.time_ns(), error
        if _recorder is not None:
            _recorder(self)


_recorder: Callable[[Span], None] | None = None
# Where work goes on later, from a row: whose it was, as long as this process remembers.
_kept: OrderedDict[str, str] = OrderedDict()


def record_with(recorder: Callable[[Span], None] | None) -> None:
    """Give every span of this process that ends to `recorder`, which must not wait; None stops it."""
    global _recorder
    _recorder = recorder


def is_recorded() -> bool:
    """Return whether somebody records."""
    return _recorder is not None


def start(traceparent: str = "") -> str:
    """Continue `traceparent`, or start a new trace; returns the value for the next hop."""
    value = below(traceparent)
    _current.set(value)
    return value


def below(traceparent: str) -> str:
    """Return a new hop of a trace, or of a new one, without going there."""
    parts = traceparent.split("-")
    trace_id = parts[1] if len(parts) == 4 and len(parts[1]) == 32 else secrets.token_hex(16)
    return f"00-{trace_id}-{secrets.token_hex(8)}-01"


def current() -> str:
    """Return the `traceparent` of what is being done, or an empty text."""
    return _current.get()


def trace_id() -> str:
    """Return the 32 hex digits that all hops of one request share."""
    return _current.get()[3:35]


def begin(kind: str, name: str, parent: str = "") -> Span:
    """Continue `parent`, or start a new trace, with a span that somebody has to end."""
    return Span(kind, name, start(parent), parent)


def aside(kind: str, name: str) -> Span:
    """Return a span below what is being done, for work that goes on beside it."""
    return Span(kind, name, below(current()), current())


@contextmanager
def span(kind: str, name: str, parent: str = "", **more: str | int) -> Iterator[Span]:
    """Continue `parent`, or start a new trace, with a span that lasts as long as the block."""
    made = begin(kind, name, parent)
    made.attributes.update(more)
    error = ""
    try:
        yield made
    except BaseException as failure:
        error = type(failure).__name__
        raise
    finally:
        made.end(error)


def keep(id: str) -> None:
    """Remember for the row with this id what is being done now, if somebody records."""
    if _recorder is not None:
        _kept[id] = current()
        if len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)


def kept(id: str) -> str:
    """Return what was done when the row was made, or an empty text."""
    return _kept.get(id, "")
