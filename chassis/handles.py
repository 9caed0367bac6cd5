"""Entry points for facts: one at a time or in batches, each in one transaction with its inbox row.

A message is acknowledged after the commit. A failing one waits and comes again; when its tries are
used up it lies in the dead queue with its error and origin (ADR 3).
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any

import eventlet
import eventlet.queue
from kombu import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import DBAPIError

from chassis import contention, trace
from chassis.database_faults import is_database_fault
from chassis.fact_consumers import BatchQueueConsumer, FactQueueConsumer
from chassis.inbox import take_new
from chassis.publish import Outgoing
from chassis.retry import next_delay_s
from chassis.suspects import Suspects, is_suspect
from chassis.topology import dead_queue_name, handler_name, queue_name, retry_exchange, wait_queue_name
from chassis.wire import from_json
from contracts.errors import Permanent
from contracts.fact import Envelope, Fact, unseal

logger = logging.getLogger(__name__)

BATCH = 100
LINGER_S = 0.002
# While the database is away a message comes again at this pace and uses up no try.
_DATABASE_WAIT_S = 30.0

HANDLED = Counter("facts_handled_total", "Facts that handlers were given", ["handler", "outcome"])
TOOK_S = Histogram("fact_handling_seconds", "Time of one handler's transaction", ["handler"])


class UnreadableFact(Permanent):
    """The message is no fact that this version of the code knows."""


class FactEntrypoint(Entrypoint):
    """Consumes the queue of one fact and gives each message to the handler."""

    queue_consumer = FactQueueConsumer()
    suspects = Suspects()

    def __init__(self, fact: type[Fact], **kwargs: Any) -> None:
        self.fact = fact
        self.queue: Queue | None = None
        super().__init__(**kwargs)

    def setup(self) -> None:
        # Deployment declares the queue; a service that finds none says so at /ready.
        self.queue = Queue(queue_name(self.container.service_name, self.fact), no_declare=True)
        self.queue_consumer.register_provider(self)
        self.suspects.add(self)

    def stop(self) -> None:
        self.suspects.remove(self)
        self.queue_consumer.unregister_provider(self)

    @property
    def context(self) -> Any:
        """The process's context."""
        return self.container.config["context"]

    def handle_message(self, body: Any, message: Any) -> None:
        """Start a worker for one message."""
        fact = self.take(body, message)
        if fact is not None:
            self.spawn([(fact, message)])

    def take(self, body: Any, message: Any) -> Envelope | None:
        """Return the fact in the message, unless it has to be set aside or cannot be read."""
        return None if self.suspects.takes(self, message) else self.read(body, message)

    def read(self, body: Any, message: Any) -> Envelope | None:
        """Return the fact in the message; one that cannot be read is parked at once."""
        try:
            return unseal(from_json(body))
        except Exception as error:
            # Whatever is wrong with it now will be wrong with it next time.
            self.give_up([message], UnreadableFact(type(error).__name__))
            return None

    def argument_of(self, facts: list[Envelope]) -> Any:
        """Return what the handler takes."""
        return facts[0]

    def spawn(self, batch: list[tuple[Envelope, Any]]) -> None:
        """Run the handler in a worker."""
        argument = self.argument_of([fact for fact, _ in batch])
        self.suspects.room.enter()
        try:
            self.container.spawn_worker(
                self, (argument,), {}, context_data={}, handle_result=partial(self.handle_result, batch)
            )
        except BaseException as error:
            self.suspects.room.leave()
            if not isinstance(error, ContainerBeingKilled):
                raise
            self.queue_consumer.give_back([message for _, message in batch])

    def handle_result(
        self, batch: list[tuple[Envelope, Any]], worker_ctx: Any, result: Any, exc_info: Any
    ) -> Any:
        """Settle the batch and make room."""
        try:
            self.settle(batch, exc_info)
        finally:
            self.suspects.room.leave()
        return result, None

    def settle(self, batch: list[tuple[Envelope, Any]], exc_info: Any) -> None:
        """Acknowledge what was handled; send what failed on its way."""
        if exc_info is None:
            self.queue_consumer.done_with([message for _, message in batch])
            HANDLED.labels(handler=self.method_name, outcome="done").inc(len(batch))
            self.context.heard_at = datetime.now(UTC)
        else:
            self.failed(batch, exc_info[1])

    def failed(self, batch: list[tuple[Envelope, Any]], error: BaseException) -> None:
        """Forward every message of a failed batch to its wait or dead queue."""
        for _, message in batch:
            self.try_again(message, error)

    def try_again(self, message: Any, error: BaseException) -> None:
        """Let the message wait for its next try, or park it when it has had all of them."""
        delays_s = self.context.settings.retry_delays_s
        attempt = int(message.headers.get("x-attempt", 0)) + 1
        if contention.is_clash(error):
            # Nothing is wrong with it: soon again, and no try used up.
            delay_s, attempt = min(delays_s), attempt - 1
        elif _database_is_away(error):
            delay_s, attempt = min(delays_s, key=lambda s: abs(s - _DATABASE_WAIT_S)), attempt - 1
        elif isinstance(error, Permanent):
            delay_s = None
        else:
            delay_s = next_delay_s(attempt, delays_s)
        if delay_s is None:
            self.give_up([message], error, attempt)
            return
        logger.warning(
            "fact_waits",
            extra={
                "handler": self.method_name,
                "attempt": attempt,
                "delay_s": delay_s,
                "reason": type(error).__name__,
            },
            exc_info=error,
        )
        HANDLED.labels(handler=self.method_name, outcome="waits").inc()
        assert self.queue is not None
        self.forward(message, wait_queue_name(self.queue.name, delay_s), attempt, error)

    def give_up(self, messages: list[Any], error: BaseException, attempt: int = 1) -> None:
        """Park messages in the dead queue."""
        assert self.queue is not None
        for message in messages:
            logger.error(
                "fact_parked",
                extra={"handler": self.method_name, "attempt": attempt, "reason": type(error).__name__},
            )
            HANDLED.labels(handler=self.method_name, outcome="parked").inc()
            self.forward(message, dead_queue_name(self.queue.name), attempt, error)

    def forward(self, message: Any, to: str, attempt: int, error: BaseException) -> None:
        """Publish the message to queue `to`, confirmed, and only then acknowledge it here."""
        headers = {
            "x-attempt": attempt,
            "x-error": type(error).__name__,
            "x-origin": self.queue.name if self.queue else "",
            "x-failed-at": time.time(),
        }
        outgoing = Outgoing(
            id=str(message.properties.get("message_id") or message.delivery_tag),
            exchange=retry_exchange(self.container.service_name).name,
            routing_key=to,
            body=message.body,
            headers=headers,
        )
        try:
            with self.context.forward_lock:
                returned = self.context.forward.publish([outgoing])
            if returned:
                raise RuntimeError(f"queue {to} is missing")
        except Exception as failure:
            logger.warning("forward_failed", extra={"queue": to, "reason": type(failure).__name__})
            eventlet.sleep(1)
            self.queue_consumer.give_back([message])
        else:
            self.queue_consumer.done_with([message])


class BatchEntrypoint(FactEntrypoint):
    """Gathers up to 100 facts for one transaction; a batch that fails is tried one by one."""

    queue_consumer = BatchQueueConsumer()

    def __init__(self, fact: type[Fact], linger_s: float = LINGER_S, **kwargs: Any) -> None:
        super().__init__(fact, **kwargs)
        self._linger_s = linger_s
        self._arrived: eventlet.queue.LightQueue = eventlet.queue.LightQueue()
        # What failed together comes again one by one, before anything new.
        self._alone: deque[tuple[Envelope, Any]] = deque()
        self._idle = eventlet.semaphore.Semaphore(1)
        self._thread: Any = None

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(
            self._run, identifier=f"batches of {self.method_name}"
        )

    def stop(self) -> None:
        """Take no more; what was gathered and not begun goes back to the broker with the channel."""
        super().stop()
        self._thread.kill()

    def argument_of(self, facts: list[Envelope]) -> Any:
        return facts

    def gather(self, message: Any) -> None:
        """Keep a message for the next batch. It never waits: what needs that gets a greenthread."""
        try:
            fact = unseal(from_json(message.body)) if not is_suspect(message) else None
        except Exception:
            fact = None
        if fact is not None:
            self._arrived.put((fact, message))
        else:
            self.container.spawn_managed_thread(
                partial(self.handle_message, message.body, message), f"{self.method_name}.handle_message[]"
            )

    def handle_message(self, body: Any, message: Any) -> None:
        fact = self.take(body, message)
        if fact is not None:
            self._arrived.put((fact, message))

    def _run(self) -> None:
        while True:
            self._idle.acquire()
            try:
                batch = self._next_batch()
                self.spawn(batch)
            except Exception:
                self._idle.release()
                logger.exception("batch_not_started")

    def _next_batch(self) -> list[tuple[Envelope, Any]]:
        if self._alone:
            return [self._alone.popleft()]
        batch = [self._arrived.get()]
        if self._arrived.empty():
            eventlet.sleep(self._linger_s)
        while len(batch) < BATCH and not self._arrived.empty():
            batch.append(self._arrived.get_nowait())
        return batch

    def handle_result(
        self, batch: list[tuple[Envelope, Any]], worker_ctx: Any, result: Any, exc_info: Any
    ) -> Any:
        try:
            return super().handle_result(batch, worker_ctx, result, exc_info)
        finally:
            self._idle.release()

    def failed(self, batch: list[tuple[Envelope, Any]], error: BaseException) -> None:
        if len(batch) == 1:
            super().failed(batch, error)
        else:
            # Not from here: a worker that waited for other workers could use up all of them.
            self._alone.extend(batch)


def _database_is_away(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and is_database_fault(error)


def handles(fact: type[Fact]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make `method(self, tx, fact: Envelope)` the handler of a fact. Its name is `on_` + the fact's."""

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        @wraps(method)
        def run(self: Any, heard: Envelope) -> None:
            _run(self, method, [heard], lambda tx, new: method(self, tx, new[0]))

        return _enter(FactEntrypoint.decorator, fact, method, run)

    return decorate


def handles_batch(
    fact: type[Fact], linger_s: float = LINGER_S
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make `method(self, tx, facts: list[Envelope])` the handler of up to 100 facts in one transaction.

    A fact that arrives alone waits `linger_s` for others; longer where nobody looks at the moment.
    """

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        @wraps(method)
        def run(self: Any, heard: list[Envelope]) -> None:
            _run(self, method, heard, lambda tx, new: method(self, tx, new))

        return _enter(partial(BatchEntrypoint.decorator, linger_s=linger_s), fact, method, run)

    return decorate


def _enter(
    decorator: Callable[..., Any], fact: type[Fact], method: Callable[..., None], run: Any
) -> Callable[..., None]:
    if method.__name__ != handler_name(fact):
        raise TypeError(f"the handler of {fact.type} has to be named {handler_name(fact)}")
    entered: Callable[..., None] = decorator(fact)(run)
    return entered


def _run(self: Any, method: Any, heard: list[Envelope], act: Callable[[Any, list[Envelope]], None]) -> None:
    def transaction() -> None:
        with self.db.begin() as tx:
            new = take_new(tx, self.chassis.context.table("inbox"), method.__name__, heard)
            if new:
                act(tx, new)

    span = trace.span("consumer", f"{self.name}.{method.__name__}", heard[0].traceparent)
    with span as made, TOOK_S.labels(handler=method.__name__).time():
        made.attributes["messaging.batch.message_count"] = len(heard)
        made.links = tuple(fact.traceparent for fact in heard[1:])
        contention.until_through(transaction)
