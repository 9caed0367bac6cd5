"""One connection to the broker of this process: what it listens to and what it has not acknowledged."""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eventlet.semaphore import Semaphore

from chassis.embedded.broker import Broker
from chassis.embedded.parcel import Delivery, Parcel
from chassis.embedded.queue import Queue

_ENDING_WAIT_S = 0.02


@dataclass
class Subscription:
    """A consumer. At most `prefetch` of its messages are out at a time; 0: any number."""

    tag: str
    queue: Queue
    session: "Session"
    no_ack: bool
    prefetch: int
    out: int = 0

    @property
    def may_take(self) -> bool:
        """Whether it may be given one more."""
        return not self.prefetch or self.out < self.prefetch


class Session:
    """Every method but `next` is done at once."""

    def __init__(self, broker: Broker, on_close: Callable[[], None] = lambda: None) -> None:
        self._broker = broker
        self._on_close = on_close
        self._listening: dict[str, Subscription] = {}
        self._out: dict[int, tuple[Queue, Parcel, Subscription | None]] = {}
        self._numbers = itertools.count(1)
        self._bell = Semaphore(0)
        self.is_open = True

    def declare_exchange(self, name: str, type: str) -> None:
        """Have an exchange."""
        self._broker.declare_exchange(name, type)

    def declare_queue(
        self, name: str, arguments: dict[str, Any], *, exclusive: bool = False, passive: bool = False
    ) -> tuple[int, int]:
        """Have a queue; returns how many messages are ready and how many consumers there are.

        With `passive` it is only looked for: raises NotFound.
        """
        if passive:
            queue = self._broker.find(name)
        else:
            queue = self._broker.declare_queue(name, arguments, self if exclusive else None)
        return len(queue), len(queue.listeners)

    def bind(self, queue: str, exchange: str, routing_key: str) -> None:
        """Bind a queue to an exchange."""
        self._broker.bind(queue, exchange, routing_key)

    def unbind(self, queue: str, exchange: str, routing_key: str) -> None:
        """End a binding."""
        self._broker.unbind(queue, exchange, routing_key)

    def publish(self, batch: Sequence[Parcel]) -> list[bool]:
        """Publish all in one step; returns for each whether a queue took it."""
        return self._broker.publish(batch)

    def get(self, queue: str, no_ack: bool = False) -> Delivery | None:
        """Return a message of a queue, or None when it is empty."""
        return self._hand_out(self._broker.find(queue), None, no_ack)

    def subscribe(self, tag: str, queue: str, no_ack: bool, prefetch: int) -> None:
        """Listen to a queue."""
        found = self._broker.find(queue)
        self._listening[tag] = Subscription(tag, found, self, no_ack, prefetch)
        found.listeners.append(self._listening[tag])
        self.wake()

    def cancel(self, tag: str) -> None:
        """Listen no more; what is out stays out."""
        listener = self._listening.pop(tag, None)
        if listener is not None:
            listener.queue.listeners.remove(listener)

    def next(self, timeout_s: float | None) -> Delivery | None:
        """Wait for a message to one of the consumers; None when there was none in time.

        Once the broker is to end, nobody waits long: whoever takes messages looks whether to stop.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while self.is_open:
            delivery = self._look()
            if self._broker.is_ending and until is not None:
                until = min(until, time.monotonic() + _ENDING_WAIT_S)
            left_s = None if until is None else until - time.monotonic()
            if delivery is not None or (left_s is not None and left_s <= 0):
                return delivery
            self._bell.acquire(timeout=left_s)
        raise ConnectionError("the session is closed")

    def wake(self) -> None:
        """Have `next` look again."""
        if self._bell.counter <= 0:
            self._bell.release()

    def ack(self, number: int) -> None:
        """Forget a message: it has been handled."""
        queue, parcel, _ = self._settle(number)
        self._broker.remove(queue, parcel.id)

    def give_back(self, number: int) -> None:
        """Put a message back to its place."""
        queue, parcel, _ = self._settle(number)
        queue.put(parcel.id)

    def refuse(self, number: int) -> None:
        """Send a message to where the dead of its queue go."""
        queue, parcel, _ = self._settle(number)
        self._broker.bury(queue, parcel, "rejected")

    def depths(self) -> dict[str, int]:
        """Return how many messages each queue of the broker holds, those that are out included."""
        return {name: len(queue) + len(queue.out) for name, queue in self._broker.queues.items()}

    def close(self) -> None:
        """Put back what was not acknowledged; queues of this session vanish."""
        if not self.is_open:
            return
        self.is_open = False
        for tag in list(self._listening):
            self.cancel(tag)
        for number in list(self._out):
            self.give_back(number)
        for name in [name for name, queue in self._broker.queues.items() if queue.owner is self]:
            self._broker.delete_queue(name)
        self._bell.release()
        self._on_close()

    def _look(self) -> Delivery | None:
        # The one that was served goes to the end, so that a full queue does not hold up the others.
        for tag, listener in list(self._listening.items()):
            if listener.may_take and (found := self._hand_out(listener.queue, listener, listener.no_ack)):
                self._listening[tag] = self._listening.pop(tag)
                return found
        return None

    def _hand_out(self, queue: Queue, listener: Subscription | None, no_ack: bool) -> Delivery | None:
        parcel = self._broker.take(queue)
        if parcel is None:
            return None
        number = next(self._numbers)
        if no_ack:
            self._broker.remove(queue, parcel.id)
        else:
            self._out[number] = (queue, parcel, listener)
            if listener is not None:
                listener.out += 1
        return Delivery(number, listener.tag if listener else "", parcel)

    def _settle(self, number: int) -> tuple[Queue, Parcel, Subscription | None]:
        if number not in self._out:
            raise ConnectionError("the session is closed, or the message has been settled already")
        found = self._out.pop(number)
        if found[2] is not None:
            found[2].out -= 1
            self.wake()
        return found
