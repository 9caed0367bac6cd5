"""The broker: exchanges, bindings, queues, times-to-live and dead letters, for one folder."""

import heapq
import itertools
import logging
import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import eventlet
from amqp.exceptions import NotFound, PreconditionFailed
from eventlet.semaphore import Semaphore

from chassis.clock import steady_s
from chassis.embedded.parcel import Parcel, died
from chassis.embedded.queue import Queue
from chassis.embedded.rows import Memory, Rows

logger = logging.getLogger(__name__)

_AGAIN_S = 1.0
_LONGEST_SLEEP_S = 60.0


class Broker:
    """What is declared with `x-queue-type` is kept in `bus.db`; all else vanishes with the process.

    No method yields: each is one step for all greenthreads.
    """

    def __init__(self, folder: Path) -> None:
        self._rows = Rows(folder / "bus.db")
        self._memory = Memory()
        self.exchanges, kept, bindings = self._rows.declared()
        self.queues = {name: Queue(name, arguments, self._rows) for name, arguments in kept.items()}
        self._bindings: dict[str, dict[tuple[str, str], None]] = {}
        self._due: list[tuple[float, str, int]] = []
        for exchange, queue, key in bindings:
            self._bindings.setdefault(exchange, {})[queue, key] = None
        last = 0
        for last, queue, due_at in self._rows.waiting():
            found = self._find_or_revive(queue)
            found.put(last)
            if due_at is not None:
                # By the wall clock of then, which may have been a day off: no longer than it could have been.
                left_s = min(due_at - time.time(), found.ttl_s or 0.0)
                self._plan(queue, last, left_s)
        self._numbers = itertools.count(last + 1)
        self.is_ending = False
        self._bell = Semaphore(0)
        self._timer = eventlet.spawn(self._keep_time)

    def declare_exchange(self, name: str, type: str) -> None:
        """Have an exchange."""
        if name and name not in self.exchanges:
            self.exchanges[name] = type
            self._rows.keep_exchange(name, type)

    def declare_queue(self, name: str, arguments: dict[str, Any], owner: Any = None) -> Queue:
        """Have a queue. Raises PreconditionFailed when it is there with other arguments."""
        known = self.queues.get(name)
        if known is None:
            is_kept = "x-queue-type" in arguments
            known = Queue(name, arguments, self._rows if is_kept else self._memory, owner)
            self.queues[name] = known
            if is_kept:
                self._rows.keep_queue(name, arguments)
        elif known.arguments != arguments:
            raise PreconditionFailed(f"queue {name} has other arguments")
        return known

    def find(self, name: str) -> Queue:
        """Return a queue. Raises NotFound."""
        if name not in self.queues:
            raise NotFound(f"no queue {name}")
        return self.queues[name]

    def bind(self, queue: str, exchange: str, routing_key: str) -> None:
        """Have the queue take what is published on the exchange with a fitting key."""
        kept = self.find(queue).shelf is self._rows
        known = self._bindings.setdefault(exchange, {})
        if (queue, routing_key) not in known:
            known[queue, routing_key] = None
            if kept:
                self._rows.keep_binding(exchange, queue, routing_key)

    def unbind(self, queue: str, exchange: str, routing_key: str) -> None:
        """End a binding."""
        self._bindings.get(exchange, {}).pop((queue, routing_key), None)
        self._rows.forget_binding(exchange, queue, routing_key)

    def delete_queue(self, name: str) -> None:
        """Remove a queue that lives in memory, with what is in it."""
        queue = self.queues.pop(name)
        while (id := queue.pop()) is not None:
            queue.shelf.remove(id)
        for known in self._bindings.values():
            for binding in [each for each in known if each[0] == name]:
                del known[binding]

    def publish(self, batch: Iterable[Parcel]) -> list[bool]:
        """Put each message into every queue that takes it; returns whether there was one, for each.

        What goes into `bus.db` does so in one step. Raises NotFound when an exchange is missing.
        """
        found = [(parcel, self._route(parcel.exchange, parcel.routing_key)) for parcel in batch]
        self._place([(queue, parcel) for parcel, queues in found for queue in queues])
        return [bool(queues) for _, queues in found]

    def take(self, queue: Queue) -> Parcel | None:
        """Return the next message of a queue, which is out from now on; what came too often dies."""
        while (id := queue.pop()) is not None:
            parcel = queue.shelf.fetch(id)
            if queue.delivery_limit is not None and parcel.deliveries > queue.delivery_limit:
                self.bury(queue, parcel, "delivery_limit")
                continue
            try:
                queue.shelf.count(id)
            except sqlite3.OperationalError:
                # The disk is full. Uncounted it might end its process for ever.
                self._rest(queue, id)
                return None
            queue.out.add(id)
            return parcel
        return None

    def remove(self, queue: Queue, id: int) -> None:
        """Forget a message that was out: it has been handled."""
        queue.out.discard(id)
        try:
            queue.shelf.remove(id)
        except sqlite3.OperationalError:
            # Not given to anybody again; should the process end before, its hearer knows it.
            eventlet.spawn_after(_AGAIN_S, self.remove, queue, id)

    def bury(self, queue: Queue, parcel: Parcel, reason: str) -> None:
        """Send a message on to where the dead of its queue go.

        It waits while there is no such queue, or no room on the disk.
        """
        if queue.next_stop is None:
            self.remove(queue, parcel.id)
            return
        exchange, key = queue.next_stop
        targets = self._route(exchange, key) if exchange in self.exchanges else []
        dead = [(target, died(parcel, queue.name, reason, exchange, key)) for target in targets]
        try:
            self._place(dead, parcel.id)
        except sqlite3.OperationalError:
            dead = []
        if not dead:
            self._rest(queue, parcel.id)
            return
        queue.out.discard(parcel.id)
        self._memory.remove(parcel.id)

    def prepare_to_end(self) -> None:
        """Have those who wait for messages come back soon, and wait no longer from now on."""
        self.is_ending = True
        for listener in [each for queue in self.queues.values() for each in queue.listeners]:
            listener.session.wake()

    def close(self) -> None:
        """End: the messages in `bus.db` wait for the next process."""
        self._timer.kill()
        self._rows.close()

    def _rest(self, queue: Queue, id: int) -> None:
        """Have a message that nothing can be done with back in its queue after a second."""
        queue.out.add(id)
        eventlet.spawn_after(_AGAIN_S, self._put_back, queue, id)

    def _put_back(self, queue: Queue, id: int) -> None:
        queue.put(id)
        if queue.ttl_s is not None:
            self._plan(queue.name, id, 0.0)

    def _find_or_revive(self, name: str) -> Queue:
        """Return a queue; one whose declaration is gone stays visible as long as it holds messages."""
        return self.queues.setdefault(name, Queue(name, {"x-queue-type": "quorum"}, self._rows))

    def _route(self, exchange: str, routing_key: str) -> list[Queue]:
        if not exchange:
            return [self.queues[routing_key]] if routing_key in self.queues else []
        if exchange not in self.exchanges:
            raise NotFound(f"no exchange {exchange}")
        fits = _FITS[self.exchanges[exchange]]
        bound = self._bindings.get(exchange, {})
        names = dict.fromkeys(queue for queue, key in bound if fits(key, routing_key))
        return [self.queues[name] for name in names if name in self.queues]

    def _place(self, placed: Sequence[tuple[Queue, Parcel]], moved: int | None = None) -> None:
        new = [(queue, self._numbered(queue, parcel)) for queue, parcel in placed]
        kept = [(queue.name, parcel) for queue, parcel in new if queue.shelf is self._rows]
        if kept:
            self._rows.write(kept, [] if moved is None else [moved])
        self._memory.write([(queue.name, parcel) for queue, parcel in new if queue.shelf is self._memory])
        for queue, parcel in new:
            queue.put(parcel.id)
            if queue.ttl_s is not None:
                self._plan(queue.name, parcel.id, queue.ttl_s)

    def _numbered(self, queue: Queue, parcel: Parcel) -> Parcel:
        due_at = None if queue.ttl_s is None else time.time() + queue.ttl_s
        return replace(parcel, id=next(self._numbers), due_at=due_at)

    def _plan(self, queue: str, id: int, after_s: float) -> None:
        heapq.heappush(self._due, (steady_s() + after_s, queue, id))
        if self._due[0][2] == id and hasattr(self, "_bell"):
            self._bell.release()

    def _keep_time(self) -> None:
        while True:
            self._let_die(steady_s())
            wait_s = self._due[0][0] - steady_s() if self._due else _LONGEST_SLEEP_S
            self._bell.acquire(timeout=max(0.0, min(wait_s, _LONGEST_SLEEP_S)))

    def _let_die(self, now: float) -> None:
        """Send on what has waited long enough in queues with a time-to-live."""
        while self._due and self._due[0][0] <= now:
            _, name, id = heapq.heappop(self._due)
            queue = self.queues.get(name)
            if queue is not None and queue.withdraw(id):
                self._let_one_die(queue, id)

    def _let_one_die(self, queue: Queue, id: int) -> None:
        try:
            reason = "expired" if queue.ttl_s is not None else "delivery_limit"
            self.bury(queue, queue.shelf.fetch(id), reason)
        except sqlite3.Error as error:
            # Nobody else keeps the time: one row that cannot be read must not end it for all.
            logger.warning("message_not_sent_on", extra={"queue": queue.name, "reason": type(error).__name__})
            self._rest(queue, id)


@cache
def _pattern(key: str) -> re.Pattern[str]:
    parts = {"*": r"[^.]+", "#": r".*"}
    return re.compile(r"\.".join(parts.get(word, re.escape(word)) for word in key.split(".")))


_FITS: dict[str, Any] = {
    "fanout": lambda key, routing_key: True,
    "direct": lambda key, routing_key: key == routing_key,
    "topic": lambda key, routing_key: bool(_pattern(key).fullmatch(routing_key)),
}
