"""The broker as a test sees it: publish facts, wait until all is handled, look into queues."""

import json
import time
from collections.abc import Callable
from typing import Any

import amqp

from chassis import topology
from chassis.clock import Clock
from chassis.ids import new_id
from contracts.fact import FACTS, NewFact, seal
from tsunagi.instance import Instance
from tsunagi.parts import SERVICES

SETTLE_S = 60


class Broker:
    """One vhost. It speaks with the administrator's login, so it may publish any service's facts."""

    def __init__(
        self, instance: Instance, depths: Callable[[], dict[str, int]], connect: Any, databases: Any
    ) -> None:
        self._instance = instance
        self.queue_depths = depths
        self._connect = connect
        self._databases = databases

    def publish(self, fact: NewFact | dict[str, Any], times: int = 1) -> dict[str, Any]:
        """Publish a fact (or a ready envelope) `times` times, confirmed; returns its envelope."""
        envelope = fact if isinstance(fact, dict) else self.envelope(fact)
        kind = FACTS.get(envelope["type"])
        service, routing_key = envelope["type"].split(".", 1)
        assert kind is None or kind.routing_key == routing_key
        for _ in range(times):
            self.publish_raw(f"{service}.events", routing_key, json.dumps(envelope, ensure_ascii=False))
        return envelope

    def envelope(self, fact: NewFact) -> dict[str, Any]:
        """Return the fact as its service would announce it now."""
        return seal(fact, id=new_id(), time=Clock(self._instance.clock_file).now())

    def publish_raw(
        self, exchange: str, routing_key: str, body: str | bytes, headers: dict[str, Any] | None = None
    ) -> None:
        """Publish anything; raises when no queue takes it."""
        returned: list[Any] = []
        with self._connect() as connection:
            channel = connection.channel()
            channel.confirm_select()
            channel.events["basic_return"].add(lambda error, *_: returned.append(error))
            message = amqp.Message(
                body,
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                application_headers=headers or {},
            )
            channel.basic_publish_confirm(message, exchange, routing_key, mandatory=True)
        if returned:
            raise AssertionError(f"no queue is bound to {exchange} {routing_key}")

    def dead_letters(self) -> dict[str, int]:
        """Return how many messages lie in each dead queue that is not empty."""
        return {name: n for name, n in self.queue_depths().items() if name.endswith(".dead") and n}

    def peek(self, queue: str) -> list[amqp.Message]:
        """Return the messages of a queue without taking them out."""
        found = []
        with self._connect() as connection:
            channel = connection.channel()
            while (message := channel.basic_get(queue)) is not None:
                found.append(message)
        return found

    def settle(self, timeout: float = SETTLE_S) -> None:
        """Return when no fact is unpublished, in a queue, waiting or being handled; dead ones stay.

        It has to look so twice, since a handler may have announced something new meanwhile.
        """
        until = time.monotonic() + timeout
        quiet = 0
        while quiet < 2:
            busy = self._busy()
            quiet = 0 if busy else quiet + 1
            if busy and time.monotonic() > until:
                raise AssertionError(f"not settled within {timeout} s: {busy}")
            time.sleep(0.05)

    def _busy(self) -> dict[str, int]:
        waiting = {name: n for name, n in self._work_queues().items() if n}
        for service in SERVICES:
            unpublished = self._databases(service).scalar(
                "SELECT count(*) FROM outbox WHERE published_at IS NULL"
            )
            if unpublished:
                waiting[f"outbox of {service}"] = unpublished
        return waiting

    def _work_queues(self) -> dict[str, int]:
        """Leave out dead letters, and queues that only belong to a live process."""
        return {
            name: n
            for name, n in self.queue_depths().items()
            if not name.endswith(".dead") and not name.startswith(("live-", "rpc.reply-"))
        }


def declare(instance: Instance, delays_s: tuple[float, ...]) -> None:
    """Declare every exchange and queue in the instance's vhost."""
    topology.declare(instance.amqp_url("admin"), delays_s)
