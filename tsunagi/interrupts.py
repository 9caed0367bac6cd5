"""Ctrl-C: heard also where a shell has it ignored, and not heard while something is being put in order."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """Do not let a second Ctrl-C break the stopping."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listen_to_ctrl_c() -> None:
    """Raise KeyboardInterrupt on SIGINT and SIGTERM, also when the shell has it ignore the first."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
