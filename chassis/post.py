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
from kombu.exceptions import OperationalError
from prometheus_client import Histogram

from chassis.publish import BatchPublisher, NotConfirmed, Outgoing

logger = logging.getLogger(__name__)

BATCH = 100
# A broker that has just come back is given this long before a sender is told that there is none.
PATIENCE_S = 3.0
_PAUSE_S = 0.5

BATCH_SIZE = Histogram(
    "post_batch_size", "Messages that went out together", buckets=(1, 2, 5, 10, 20, 50, 100)
)

# What a new connection may mend; whatever else hinders a message is a fault of its own.
_BROKEN = (*amqp.Connection.connection_errors, OperationalError, NotConfirmed)

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


_Made = tuple[_Letter, Outgoing]


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

    def deliver(self, messages: Sequence[Outgoing]) -> dict[str, Exception]:
        """Send these and wait; returns by id what hindered those that have not gone out."""
        left = {message.id for message in messages}
        hindered: dict[str, Exception] = {}
        done = Event()

        def told(id: str, error: Exception | None) -> None:
            left.discard(id)
            if error is not None:
                hindered[id] = error
            if not left:
                done.send()

        for message in messages:
            self.send(message, partial(told, message.id), is_patient=True)
        if messages:
            done.wait()
        return hindered

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

    def _made(self, letters: list[_Letter]) -> list[_Made]:
        batch = []
        for letter in letters:
            try:
                batch.append((letter, letter.make()))
            except Exception as error:
                _tell([(letter, error)])
        return batch

    def _deliver(self, batch: list[_Made]) -> None:
        """Publish; on a broken connection again, on a new one, while the letters have patience."""
        while batch:
            BATCH_SIZE.observe(len(batch))
            try:
                self._publisher.publish([message for _, message in batch])
            except Exception as error:
                batch = self._hindered(batch, error)
            else:
                batch = self._confirmed(batch)

    def _confirmed(self, batch: list[_Made]) -> list[_Made]:
        """Tell the senders of what the broker has; returns the others."""
        left, returned = self._publisher.unconfirmed, self._publisher.returned
        _tell(
            (letter, NobodyThere() if message.id in returned else None)
            for letter, message in batch
            if message.id not in left
        )
        return [each for each in batch if each[1].id in left]

    def _hindered(self, batch: list[_Made], error: Exception) -> list[_Made]:
        """Return what is to be tried again at once."""
        left = self._confirmed(batch)
        if isinstance(error, _BROKEN):
            return self._given_another_try(left, error)
        if len(left) == 1:
            self._failed(left, error)
        else:
            # The broker is there and will not have one of these: whoever is not meant must not suffer.
            for each in left:
                self._deliver([each])
        return []

    def _given_another_try(self, left: list[_Made], error: Exception) -> list[_Made]:
        """Return, after a pause, those with patience left; the others are told.

        A fact that the broker has not confirmed is the outbox's to send again: it must not hold up calls.
        """
        now, is_refused = time.monotonic(), isinstance(error, NotConfirmed)
        again = [
            (letter, message)
            for letter, message in left
            if now - letter.since < PATIENCE_S and not (letter.is_patient and is_refused)
        ]
        ids = {message.id for _, message in again}
        self._failed([each for each in left if each[1].id not in ids], error)
        if again:
            eventlet.sleep(_PAUSE_S)
        return again

    def _failed(self, batch: list[_Made], error: Exception) -> None:
        if not batch:
            return
        logger.warning("post_failed", extra={"reason": type(error).__name__, "count": len(batch)})
        _tell((letter, error) for letter, _ in batch)


def _tell(outcomes: Iterable[tuple[_Letter, Exception | None]]) -> None:
    for letter, error in list(outcomes):
        try:
            letter.told(error)
        except Exception as failure:
            logger.warning("sender_failed", extra={"reason": type(failure).__name__})
