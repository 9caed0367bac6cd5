"""Live hints: a lossy broadcast to every gateway. The tables are the truth, a hint only saves a wait."""

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from kombu import Queue
from nameko.extensions import DependencyProvider
from nameko.messaging import QueueConsumer
from sqlalchemy import Connection as Transaction

from chassis import trace
from chassis.db import after_commit
from chassis.embedded.waiting import Waiting
from chassis.heartbeats import Beating
from chassis.ids import new_id, new_secret_id
from chassis.post import NobodyThere, Post
from chassis.publish import Outgoing
from chassis.topology import LIVE, live_exchange
from chassis.wire import plain, to_json

logger = logging.getLogger(__name__)

_MEMORY = 5_000
_MOST_AT_ONCE = 100


class HintSender:
    """Sends hints by the process's post; while the broker is away hints are dropped."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._waiting: deque[dict[str, Any]] = deque()

    def send(self, tx: Transaction | None, hint: dict[str, Any]) -> None:
        """Broadcast `hint` after `tx` is committed, or now when there is no transaction."""
        if tx is None:
            self._put(hint)
        else:
            after_commit(tx, lambda: self._put(hint))

    def _put(self, hint: dict[str, Any]) -> None:
        if len(self._waiting) >= _MEMORY:
            logger.warning("hint_dropped", extra={"kind": hint.get("event")})
            return
        whose = {"traceparent": trace.current()} if trace.is_recorded() else {}
        self._waiting.append(plain(hint) | whose)
        if len(self._waiting) == 1:
            self._post.send_made(self._together, self._told)

    def _together(self) -> Outgoing:
        """Return one message with the hints that wait by now."""
        hints = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
        if self._waiting:
            self._post.send_made(self._together, self._told)
        return Outgoing(new_id(), LIVE, "", to_json(hints), is_lasting=False)

    def _told(self, error: Exception | None) -> None:
        # That no gateway listens is no fault; what could not be sent in time is old news.
        if error is not None and not isinstance(error, NobodyThere):
            logger.warning("hints_failed", extra={"reason": type(error).__name__})


class HintQueueConsumer(Waiting, Beating, QueueConsumer):
    """Takes hints without telling the broker that they arrived: a lost one costs little, an answer more."""

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        for provider in self._providers:
            taken = consumer_cls([provider.queue], callbacks=[provider.handle_message], no_ack=True)
            self._consumers[provider] = taken
        return self._consumers.values()


class HintListener(DependencyProvider):
    """Hands every hint to `listener.on_hint(hint: dict)`; set that before the container starts.

    Each process has a queue of its own that vanishes with it.
    """

    queue_consumer = HintQueueConsumer()

    def __init__(self) -> None:
        super().__init__()
        self.on_hint: Callable[[dict[str, Any]], None] | None = None
        self.queue: Queue | None = None

    def setup(self) -> None:
        name = f"live-{self.container.service_name}-{new_secret_id()}"
        self.queue = Queue(name, live_exchange(), exclusive=True, auto_delete=True, durable=False)
        self.queue.exchange.no_declare = True
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def get_dependency(self, worker_ctx: Any) -> "HintListener":
        return self

    def handle_message(self, body: Any, message: Any) -> None:
        """Pass hints on. A broken listener, or a hint that is none, must not end the process."""
        for hint in body if isinstance(body, list) else []:
            try:
                if self.on_hint is not None:
                    with trace.span("consumer", "hint", hint.pop("traceparent", "")):
                        self.on_hint(hint)
            except Exception:
                logger.exception("hint_failed")
