"""The post of one process: all that its workers have to say goes out together, with one wait for many.

Calls, answers, facts and hints take this way (ADR 18, ADR 20). Each sender is told what became of its own
message.
"""

import itertools
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import amqp
import eventlet
import eventlet.queue
from eventlet.event import Event
from prometheus_client import Histogram

from chassis.publish import BatchPublisher, Outgoing, Refused

logger = logging.getLogger(__name__)

BATCH = 100
# A broker that has just come back is given this long before a sender is told that there is none.
PATIENCE_S = 3.0
_PAUSE_S = 0.5

BATCH_SIZE = Histogram(
    "post_batch_size", "Messages that went out together", buckets=(1, 2, 5, 10, 20, 50, 100)
)

Told = Callable[[Exception | None], None]


class NobodyThere(Exception):
    """No queue takes this message: the service that it is for has never been started."""


class _Letter(NamedTuple):
    # Somebody waits for an answer; a fact waits behind it.
    is_patient: bool
    number: int
    make: Callable[[], Outgoing]
    told: Told
    since: float


class Post:
    """Publishes messages from one greenthread; it may be given some from any."""

    def __init__(self, amqp_url: str) -> None:
        self._publisher = BatchPublisher(amqp_url)
        self._letters: eventlet.queue.PriorityQueue = eventlet.queue.PriorityQueue()
        self._numbers = itertools.count()
        self._is_busy = False

    def send(self, message: Outgoing, told: Told, *, is_patient: bool = False) -> None:
        """Send soon; what is patient lets others go first.

        `told(None)` says that the broker has it, `told(error)` that it may not. It is called from the post's
        own greenthread and must not wait.
        """
        self.send_made(lambda: message, told, is_patient=is_patient)

    def send_made(self, make: Callable[[], Outgoing], told: Told, *, is_patient: bool = False) -> None:
        """Send what `make` returns when it is about to go out."""
        self._letters.put(_Letter(is_patient, next(self._numbers), make, told, time.monotonic()))

    def deliver(self, messages: Sequence[Outgoing]) -> set[str]:
        """Send these and wait; returns the ids of those that no queue took. Raises what hindered one."""
        left = {message.id for message in messages}
        returned: set[str] = set()
        done = Event()

        def told(id: str, error: Exception | None) -> None:
            left.discard(id)
            if isinstance(error, NobodyThere):
                returned.add(id)
            if done.ready():
                return
            if error is not None and id not in returned:
                done.send_exception(error)
            elif not left:
                done.send(returned)

        for message in messages:
            self.send(message, partial(told, message.id), is_patient=True)
        return set(done.wait()) if messages else returned

    def run(self) -> None:
        """Send for ever."""
        while True:
            batch = self._gather()
            self._is_busy = True
            self._deliver(self._made(batch))
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

    def _made(self, letters: list[_Letter]) -> list[tuple[_Letter, Outgoing]]:
        batch = []
        for letter in letters:
            try:
                batch.append((letter, letter.make()))
            except Exception as error:
                _tell([(letter, error)])
        return batch

    def _deliver(self, batch: list[tuple[_Letter, Outgoing]]) -> None:
        """Publish; on a broken connection again, on a new one, while the first letter has patience."""
        if not batch:
            return
        BATCH_SIZE.observe(len(batch))
        while True:
            try:
                returned = self._publisher.publish([message for _, message in batch])
            except (amqp.ChannelError, Refused) as error:
                return self._refused(batch, error)
            except Exception as error:
                if time.monotonic() - batch[0][0].since < PATIENCE_S:
                    eventlet.sleep(_PAUSE_S)
                    continue
                return self._failed(batch, error)
            return _tell((each, NobodyThere() if sent.id in returned else None) for each, sent in batch)

    def _refused(self, batch: list[tuple[_Letter, Outgoing]], error: Exception) -> None:
        """The broker is there and will not have it: whoever is not meant must not suffer."""
        if len(batch) == 1:
            return self._failed(batch, error)
        for each in batch:
            self._deliver([each])
        return None

    def _failed(self, batch: list[tuple[_Letter, Outgoing]], error: Exception) -> None:
        logger.warning("post_failed", extra={"reason": type(error).__name__, "count": len(batch)})
        _tell((letter, error) for letter, _ in batch)


def _tell(outcomes: Iterable[tuple[_Letter, Exception | None]]) -> None:
    for letter, error in list(outcomes):
        try:
            letter.told(error)
        except Exception as failure:
            logger.warning("sender_failed", extra={"reason": type(failure).__name__})
