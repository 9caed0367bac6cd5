"""How psycopg waits in a cooperative process: by the hub itself.

psycopg's own Python waits make a selector, register, select and unregister for each statement; on a hot
path that was a fifth of what a service did for its database (ADR 4).
"""

from collections.abc import Generator
from typing import Any

import psycopg.waiting
from eventlet.hubs import trampoline

_READ, _WRITE = psycopg.waiting.WAIT_R, psycopg.waiting.WAIT_W
_by_selector = psycopg.waiting.wait_selector


def wait_by_hub(
    gen: Generator[Any, Any, Any], fileno: int, interval: float = 0.0, timeout: float | None = None
) -> Any:
    """Return what `gen` returns; other greenthreads run while the server has not answered.

    Takes the place of `psycopg.waiting.wait`. The rare waits with a time limit, or for reading and
    writing at once, are left to psycopg.
    """
    if timeout is not None:
        return _by_selector(gen, fileno, interval, timeout)
    try:
        wanted = next(gen)
        while wanted in (_READ, _WRITE):
            trampoline(fileno, read=wanted == _READ, write=wanted == _WRITE)
            wanted = gen.send(wanted)
    except StopIteration as end:
        return end.value
    return _by_selector(_resumed(wanted, gen), fileno, interval)


def _resumed(wanted: Any, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Return a generator that asks first for what `gen` has asked for already, and then goes on as `gen`."""
    while True:
        try:
            wanted = gen.send((yield wanted))
        except StopIteration as end:
            return end.value


def install() -> None:
    """Let every connection of this process wait so."""
    psycopg.waiting.wait = wait_by_hub
