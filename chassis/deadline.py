"""A limit for work that waits for others, however many short waits it is made of."""

from collections.abc import Iterator
from contextlib import contextmanager

import eventlet


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError inside the block when it takes longer; only where it waits by the hub."""
    limit = eventlet.Timeout(seconds, TimeoutError())
    try:
        yield
    finally:
        limit.cancel()
