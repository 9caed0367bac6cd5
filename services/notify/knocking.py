"""Waiting for offices' addresses while somebody waits for the answer: few at a time, and one an office.

Each holds one of the workers that answer everybody's requests, for as long as an address likes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import TooMany

AT_ONCE = 3
# After this the present ones are surely over.
_AGAIN_AFTER_S = 10
_busy: set[str] = set()


@contextmanager
def knock(office_id: str) -> Iterator[None]:
    """Let an office's address be waited for. Raises TooMany while another of it is, or too many are."""
    if office_id in _busy or len(_busy) >= AT_ONCE:
        raise TooMany("webhook_busy", {"retry_after_s": _AGAIN_AFTER_S})
    _busy.add(office_id)
    try:
        yield
    finally:
        _busy.discard(office_id)
