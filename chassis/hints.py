"""Live hints: a lossy broadcast to every gateway. The tables are the truth, a hint only saves a wait."""

import json
import logging
from collections.abc import Callable
from typing import Any

import eventlet
import eventlet.queue
from kombu import Connection, Queue
from nameko.extensions import DependencyProvider
from nameko.messaging import QueueConsumer
from sqlalchemy import Connection as Transaction

from chassis.db import after_commit
from chassis.ids import new_secret_id
from chassis.topology import LIVE, live_exchange
from chassis.wire import plain

logger = logging.getLogger(__name__)

_MEMORY = 5_000
_MOST_AT_ONCE = 100


class HintSender:
    """Sends hints from one greenthread; while the broker is away hints are dropped."""

    def __init__(self, amqp_url: str) -> None:
        self._url = amqp_url
        self._waiting: eventlet.queue.LightQueue = eventlet.queue.LightQueue(_MEMORY)

    def send(self, tx: Transaction | None, hint: dict[str, Any]) -> None:
        """Broadcast `hint` after `tx` is committed, or now when there is no transaction."""
        if tx is None:
            self._put(hint)
        else:
            after_commit(tx, lambda: self._put(hint))

    def _put(self, hint: dict[str, Any]) -> None:
        try:
            self._waiting.put_nowait(plain(hint))
        except eventlet.queue.Full:
            logger.warning("hint_dropped", extra={"kind": hint.get("event")})

    def run(self) -> None:
        """Send for ever; after a lost connection the waiting hints are old news and are dropped."""
        while True:
            try:
                self._send_until_broken()
            except Exception as error:
                logger.warning("hints_failed", extra={"reason": type(error).__name__})
                eventlet.sleep(1)
                while not self._waiting.empty():
                    self._waiting.get_nowait()

    def _send_until_broken(self) -> None:
        with Connection(self._url, connect_timeout=5) as connection:
            producer = connection.Producer(auto_declare=False)
            while True:
                producer.publish(
                    json.dumps(self._gather()),
                    exchange=LIVE,
                    routing_key="",
                    content_type="application/json",
                    content_encoding="utf-8",
                    delivery_mode=1,
                )

    def _gather(self) -> list[dict[str, Any]]:
        """Wait for a hint; return it together with those that wait by now."""
        hints = [self._waiting.get()]
        while len(hints) < _MOST_AT_ONCE and not self._waiting.empty():
            hints.append(self._waiting.get_nowait())
        return hints


class HintQueueConsumer(QueueConsumer):
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
                    self.on_hint(hint)
            except Exception:
                logger.exception("hint_failed")
