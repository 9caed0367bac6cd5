"""Work beside messages and loops: a few pieces at a time, each in a thread of its own on the hub."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.greenpool import GreenPool

logger = logging.getLogger(__name__)


class Slots:
    """So many pieces of work at a time. One that fails is logged and ends alone."""

    def __init__(self, most: int) -> None:
        self._pool = GreenPool(most)
        # How many pieces run under each name.
        self.running: Counter[str] = Counter()
        self.is_closing = False

    @property
    def free(self) -> int:
        """Return how many more pieces may start now; none once the process stops."""
        return 0 if self.is_closing else int(self._pool.free())

    def start(self, name: str, work: Callable[..., object], *args: Any) -> None:
        """Have `work(*args)` done beside the caller. Waits for room where there is none."""
        self.running[name] += 1
        self._pool.spawn_n(self._run, name, work, args)

    def _run(self, name: str, work: Callable[..., object], args: tuple[Any, ...]) -> None:
        try:
            work(*args)
        except Exception as error:
            # Its name may be an address; the kind of error is enough to look for it.
            logger.warning("slot_failed", extra={"reason": type(error).__name__})
        finally:
            self.running -= Counter([name])

    def close(self, within_s: float) -> None:
        """Start nothing more and wait for what runs, so long at most."""
        self.is_closing = True
        with eventlet.Timeout(within_s, False):
            self._pool.waitall()
