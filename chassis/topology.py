"""Exchanges, queues and rights on the broker, derived from the contracts alone.

Deployment declares them (`tsunagi migrate`); services only use them. A queue's arguments are part of
its identity: changing one here is a migration.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kombu import Connection, Exchange, Queue

import chassis.embedded  # noqa: F401  (makes its addresses known to kombu)
import contracts.accounts
import contracts.directory
import contracts.events
import contracts.notify
import contracts.sharing  # noqa: F401  (importing them fills the registry)
from chassis import broker_version
from chassis.retry import DELIVERY_LIMIT
from contracts.fact import FACTS, Fact

SERVICES = ("accounts", "directory", "sharing", "events", "notify")
GATEWAY = "gateway"
LIVE = "live"
RPC_EXCHANGE = "nameko-rpc"

# Which service may ask which: only a loop may, never a handler.
MAY_ASK = {GATEWAY: SERVICES, "notify": ("accounts",)}

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def handler_name(fact: type[Fact]) -> str:
    """Return the name that a handler of this fact has; it is part of the queue's name."""
    suffix = "" if fact.version == 1 else f"_v{fact.version}"
    return f"on_{fact.what}{suffix}"


def queue_name(hearer: str, fact: type[Fact]) -> str:
    """Return the name of the queue in which `hearer` finds this fact."""
    return f"{hearer}.{handler_name(fact)}"


def wait_queue_name(queue: str, delay_s: float) -> str:
    """Return the name of the queue in which failed messages of `queue` wait for `delay_s`."""
    return f"{queue}.wait.{round(delay_s * 1000)}ms"


def dead_queue_name(queue: str) -> str:
    """Return the name of the queue in which the parked messages of `queue` lie."""
    return f"{queue}.dead"


def suspects_queue_name(queue: str) -> str:
    """Return the name of the queue in which messages of `queue` wait to be tried alone."""
    return f"{queue}.suspects"


@dataclass(frozen=True)
class Hearing:
    """One service hears one fact."""

    hearer: str
    fact: type[Fact]

    @property
    def queue(self) -> str:
        """The name of its queue."""
        return queue_name(self.hearer, self.fact)


def hearings(hearer: str | None = None) -> list[Hearing]:
    """Return what is heard by `hearer`, or by all, in a stable order."""
    found = [Hearing(name, fact) for fact in FACTS.values() for name in fact.heard_by]
    return sorted((h for h in found if hearer in (None, h.hearer)), key=lambda h: h.queue)


def events_exchange(service: str) -> Exchange:
    """Return the exchange on which a service announces its facts."""
    return Exchange(f"{service}.events", type="topic", durable=True)


def retry_exchange(service: str) -> Exchange:
    """Return the exchange by which a service reaches its own wait, dead and main queues."""
    return Exchange(f"{service}.retry", type="direct", durable=True)


def live_exchange() -> Exchange:
    """Return the exchange of the live hints, which may get lost."""
    return Exchange(LIVE, type="fanout", durable=True)


def _quorum(**more: Any) -> dict[str, Any]:
    return {"x-queue-type": "quorum", **more}


def _safe_dead_letters(exchange: str, routing_key: str) -> dict[str, Any]:
    """Dead-lettering that is confirmed: the message leaves its queue only when the next has it."""
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": routing_key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def queues_of(hearing: Hearing, delays_s: tuple[float, ...]) -> Iterator[Queue]:
    """Yield the main, suspects, wait and dead queues of one hearing, with their bindings."""
    retry = retry_exchange(hearing.hearer)
    main, dead = hearing.queue, dead_queue_name(hearing.queue)
    suspects = suspects_queue_name(main)
    arguments = _quorum(**{"x-delivery-limit": DELIVERY_LIMIT}, **_safe_dead_letters(retry.name, dead))
    yield Queue(
        main, events_exchange(hearing.fact.service), hearing.fact.routing_key, queue_arguments=arguments
    )
    yield Queue(main, retry, main, queue_arguments=arguments)
    yield Queue(suspects, retry, suspects, queue_arguments=arguments)
    yield Queue(dead, retry, dead, queue_arguments=_quorum())
    for delay_s in delays_s:
        name = wait_queue_name(main, delay_s)
        waiting = _quorum(**{"x-message-ttl": round(delay_s * 1000)}, **_safe_dead_letters(retry.name, main))
        yield Queue(name, retry, name, queue_arguments=waiting)


def policies(vhost: str) -> list[dict[str, Any]]:
    """Return the policies of an instance, as RabbitMQ's definitions have them.

    From 4.0 on a quorum queue without a limit of its own drops what came back 20 times; looking at a
    parked message sends it back. A policy, since a new argument would be another queue.
    """
    for_ever = {"pattern": r"\.dead$", "apply-to": "queues", "definition": {"delivery-limit": 1_000_000_000}}
    return [{"vhost": vhost, "name": "dead-letters-stay", "priority": 10, **for_ever}]


def declare(amqp_url: str, delays_s: tuple[float, ...]) -> list[str]:
    """Declare every exchange and queue of the instance; returns the names of the queues.

    May be repeated. Needs a login that may configure everything. Raises BrokerTooOld before it declares
    anything.
    """
    queues = [queue for hearing in hearings() for queue in queues_of(hearing, delays_s)]
    facts = [events_exchange(service) for service in SERVICES]
    others = [live_exchange(), Exchange(RPC_EXCHANGE, type="topic", durable=True)]
    with Connection(amqp_url) as connection:
        broker_version.check(broker_version.introduction(connection))
        channel = connection.channel()
        for queue in queues:
            queue(channel).queue_declare()
        # Bindings last: an exchange that is there before its queues would drop what services publish
        # meanwhile, as they do when an empty broker takes the place of a lost one.
        for exchange in (*map(retry_exchange, SERVICES), *others, *facts):
            exchange(channel).declare()
            for queue in queues:
                if queue.exchange.name == exchange.name:
                    queue(channel).queue_bind()
    return list(dict.fromkeys(queue.name for queue in queues))


def permissions(name: str) -> dict[str, Any]:
    """Return what the login of a process may do: `configure`, `write`, `read` and, by exchange, `topic`.

    A service writes only to its own exchanges, reads only its own queues, and answers calls; the
    values are regular expressions as RabbitMQ takes them, `topic` maps to (write, read).
    """
    own = re.escape(name)
    mine = rf"rpc-{own}|rpc\.reply-{own}-.*|live-{own}-.*"
    asks = "|".join(rf"{re.escape(other)}\..*" for other in MAY_ASK.get(name, ()))
    calls = f"^({_UUID}|{asks})$" if asks else f"^{_UUID}$"
    return {
        "configure": rf"^({mine}|nameko-rpc)$",
        "write": rf"^({own}\.events|{own}\.retry|nameko-rpc|live|{mine})$",
        "read": rf"^({own}\.on_.*|nameko-rpc|live|{mine})$",
        "topic": {
            RPC_EXCHANGE: (calls, rf"^({own}\.\*|{_UUID})$"),
            f"{name}.events": (".*", ".*"),
        },
    }
