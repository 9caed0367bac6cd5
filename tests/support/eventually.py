"""Waiting for what comes by itself."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], timeout: float = 30, every: float = 0.05) -> T:
    """Return what `look` returns as soon as that is true; a failed assertion inside is tried again.

    After `timeout` seconds the last assertion is raised, or one that shows the last value. It is so long
    for the sake of a busy machine; who expects something sooner says so.
    """
    until = time.monotonic() + timeout
    while True:
        try:
            value = look()
            problem: AssertionError | None = None
        except AssertionError as error:
            problem = error
        else:
            if value:
                return value
        if time.monotonic() > until:
            raise problem or AssertionError(f"not within {timeout} s; the last look gave {value!r}")
        time.sleep(every)
