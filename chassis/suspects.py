"""Messages that may kill the process that handles them: set aside, then tried alone (ADR 15).

The broker counts how often a message came back unanswered. Whatever a dying process had in its hands
is counted with the message that killed it, so the count makes a suspect and no culprit. A suspect
moves to a queue of its own, with a count of 0, from which one message at a time is taken while no
other fact is being handled: there the count tells the truth.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventlet.event import Event
from kombu import Connection
from nameko.extensions import SharedExtension
from prometheus_client import Counter

from chassis.topology import suspects_queue_name
from contracts.errors import Permanent
from contracts.fact import Envelope

logger = logging.getLogger(__name__)

# A restart or a lost connection makes nobody suspect, nor does one after the other.
SUSPECT_AFTER = 3
# So often a process may end over a message that it handled alone: one end may have had another cause.
DEATHS_ALONE = 3
# Whoever sets a suspect aside looks at once, and so does each new process; this is for what others left.
_LOOK_EVERY_S = 30.0

SUSPECTED = Counter("facts_suspected_total", "Facts set aside because processes ended over them", ["handler"])


class Suspected(Exception):
    """The message came back unanswered several times; it, or another one beside it, ends processes."""


class EndsItsProcess(Permanent):
    """Handled alone, the message has ended its process again and again."""


class Room:
    """Where facts are handled: many beside each other, or one alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_taken = False

    def enter(self) -> None:
        """Come in as one of many, as soon as nobody wants to be alone."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_taken)
            self._inside += 1

    def leave(self) -> None:
        """Go out again."""
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the room for oneself inside the block."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_taken)
            self._is_taken = True
        try:
            with self._changed:
                self._changed.wait_for(lambda: not self._inside)
            yield
        finally:
            with self._changed:
                self._is_taken = False
                self._changed.notify_all()


class Suspects(SharedExtension):
    """Sets suspects of all entry points of a process aside and tries them one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()
        self._entrypoints: set[Any] = set()
        self._due = threading.Event()
        self._thread: Any = None

    def start(self) -> None:
        if self._entrypoints:
            self._thread = self.container.spawn_managed_thread(self._run, "suspects")

    def stop(self) -> None:
        if self._thread is not None:
            self._thread.kill()

    def add(self, entrypoint: Any) -> None:
        """Look after the suspects of an entry point, too."""
        self._entrypoints.add(entrypoint)

    def remove(self, entrypoint: Any) -> None:
        """Begin with none of its suspects any more."""
        self._entrypoints.discard(entrypoint)

    def takes(self, entrypoint: Any, message: Any) -> bool:
        """Set the message aside if it is a suspect; returns whether it was."""
        if not is_suspect(message):
            return False
        logger.warning(
            "fact_suspected", extra={"handler": entrypoint.method_name, "deliveries": deliveries(message)}
        )
        SUSPECTED.labels(handler=entrypoint.method_name).inc()
        # Alone: if another one ended the process between sending and answering for it, there would be two.
        with self.room.alone():
            entrypoint.forward(
                message, suspects_queue_name(entrypoint.queue.name), tries(message), Suspected()
            )
        self._due.set()
        return True

    def _run(self) -> None:
        while True:
            try:
                self._look()
            except Exception as error:
                logger.warning("suspects_left", extra={"reason": type(error).__name__})
            self._due.wait(_LOOK_EVERY_S)
            self._due.clear()

    def _look(self) -> None:
        """Try every suspect that waits. What is in hand when this fails goes back to its queue."""
        context = self.container.config["context"]
        with Connection(context.settings.amqp_url, connect_timeout=5) as connection:
            channel = connection.channel()
            for entrypoint in sorted(self._entrypoints, key=lambda each: each.method_name):
                while entrypoint in self._entrypoints and self._try_one(channel, entrypoint):
                    pass

    def _try_one(self, channel: Any, entrypoint: Any) -> bool:
        queue = suspects_queue_name(entrypoint.queue.name)
        if not channel.queue_declare(queue, passive=True).message_count:
            return False
        # First alone, then in hand: a process that ends before is no message's fault.
        with self.room.alone():
            found = channel.basic_get(queue)
            if found is None or entrypoint not in self._entrypoints:
                return False
            self._try(entrypoint, channel.message_to_python(found))
        return True

    def _try(self, entrypoint: Any, message: Any) -> None:
        if deliveries(message) >= DEATHS_ALONE:
            entrypoint.give_up([message], EndsItsProcess(), tries(message) + 1)
            return
        fact = entrypoint.read(message.body, message)
        if fact is not None:
            self._handle(entrypoint, fact, message)

    def _handle(self, entrypoint: Any, fact: Envelope, message: Any) -> None:
        """Run the handler in a worker and wait for its end."""
        ended = Event()

        def handle_result(worker_ctx: Any, result: Any, exc_info: Any) -> Any:
            try:
                entrypoint.settle([(fact, message)], exc_info)
            finally:
                ended.send()
            return result, None

        self.container.spawn_worker(
            entrypoint, (entrypoint.argument_of([fact]),), {}, context_data={}, handle_result=handle_result
        )
        ended.wait()


def is_suspect(message: Any) -> bool:
    """Return whether it came back so often that something may be wrong with it."""
    return deliveries(message) >= SUSPECT_AFTER


def deliveries(message: Any) -> int:
    """Return how often the broker gave this message to somebody who did not answer for it."""
    return int(message.headers.get("x-delivery-count") or 0)


def tries(message: Any) -> int:
    """Return how many tries the message has used up by failing."""
    return int(message.headers.get("x-attempt") or 0)
