"""The post of one process: what its workers have to send goes out together, with one wait for many.

Calls and answers take this way (ADR 18). Each sender is told what became of its own message.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import eventlet
import eventlet.queue

from chassis.publish import BatchPublisher, Outgoing

logger = logging.getLogger(__name__)

BATCH = 100
# A broker that has just come back is given this long before a sender is told that there is none.
PATIENCE_S = 3.0
_PAUSE_S = 0.5


class NobodyThere(Exception):
    """No queue takes this message: the service that it is for has never been started."""


class _Letter(NamedTuple):
    message: Outgoing
    told: Callable[[Exception | None], None]
    since: float


class Post:
    """Publishes messages from one greenthread; `send` may be called from any."""

    def __init__(self, amqp_url: str) -> None:
        self._publisher = BatchPublisher(amqp_url)
        self._letters: eventlet.queue.LightQueue = eventlet.queue.LightQueue()
        self._is_busy = False

    def send(self, message: Outgoing, told: Callable[[Exception | None], None]) -> None:
        """Send soon. `told(None)` says that the broker has it, `told(error)` that it may not.

        It is called from the post's own greenthread and must not wait.
        """
        self._letters.put(_Letter(message, told, time.monotonic()))

    def run(self) -> None:
        """Send for ever."""
        while True:
            batch = self._gather()
            self._is_busy = True
            self._deliver(batch)
            self._is_busy = False

    def drain(self, within_s: float = 3.0) -> None:
        """Wait until everything has gone out, for a clean stop."""
        with eventlet.Timeout(within_s, False):
            while self._is_busy or not self._letters.empty():
                eventlet.sleep(0.01)

    def _gather(self) -> list[_Letter]:
        letters = [self._letters.get()]
        while len(letters) < BATCH and not self._letters.empty():
            letters.append(self._letters.get_nowait())
        return letters

    def _deliver(self, letters: list[_Letter]) -> None:
        """Publish; on a broken connection again, on a new one, while the first letter has patience."""
        while True:
            try:
                returned = self._publisher.publish([letter.message for letter in letters])
            except Exception as error:
                if time.monotonic() - letters[0].since < PATIENCE_S:
                    eventlet.sleep(_PAUSE_S)
                    continue
                logger.warning("post_failed", extra={"reason": type(error).__name__, "count": len(letters)})
                return _tell((letter, error) for letter in letters)
            return _tell((each, NobodyThere() if each.message.id in returned else None) for each in letters)


def _tell(outcomes: Iterable[tuple[_Letter, Exception | None]]) -> None:
    for letter, error in list(outcomes):
        try:
            letter.told(error)
        except Exception as failure:
            logger.warning("sender_failed", extra={"reason": type(failure).__name__})
