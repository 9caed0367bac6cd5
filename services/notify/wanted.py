"""Whether any office has a webhook: asked of the database once a second, not for each batch of facts."""

import time
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection
from sqlalchemy.engine import Engine

from services.notify.queries import webhooks

_FRESH_S = 1.0


@dataclass
class _Known:
    """What is known of one database: until when it counts, and how often a first webhook was noted."""

    until: float = 0.0
    found: bool = False
    noted: int = 0


_known: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


def is_anything(tx: Connection) -> bool:
    """Return whether what happens to handoffs is to be kept for webhooks.

    An office's first webhook may miss what another process handles within the second in which it is made.
    """
    known = _known.setdefault(tx.engine, _Known())
    if time.monotonic() >= known.until:
        noted, found = known.noted, webhooks.are_there_any(tx)
        # One that was added while the database was asked may not be in its answer.
        known.found = found or noted != known.noted
        known.until = time.monotonic() + _FRESH_S
    return known.found


def note_first(tx: Connection) -> None:
    """Have this process know at once that there is one."""
    known = _known.setdefault(tx.engine, _Known())
    known.until, known.found, known.noted = time.monotonic() + _FRESH_S, True, known.noted + 1
