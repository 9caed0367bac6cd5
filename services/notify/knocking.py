"""Waiting for others' machines while somebody waits for the answer: few at a time, and one an asker.

Each holds one of the workers that answer everybody's requests, for as long as the other side likes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import TooMany

AT_ONCE = 3
# After this the present ones are surely over.
_AGAIN_AFTER_S = 10
_busy: set[str] = set()


@contextmanager
def knock(name: str, reason: str = "webhook_busy") -> Iterator[None]:
    """Let somebody, an office or a person, have an answer waited for.

    Raises TooMany with `reason` while another of theirs is, or too many are.
    """
    if name in _busy or len(_busy) >= AT_ONCE:
        raise TooMany(reason, {"retry_after_s": _AGAIN_AFTER_S})
    _busy.add(name)
    try:
        yield
    finally:
        _busy.discard(name)
