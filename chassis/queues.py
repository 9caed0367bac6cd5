"""How the queues of a service stand, asked without touching them."""

from typing import Any

from amqp.exceptions import NotFound
from kombu import Connection

from chassis.topology import dead_queue_name, hearings, queues_of, suspects_queue_name, wait_queue_name


def depths(amqp_url: str, service: str, delays_s: tuple[float, ...]) -> dict[str, dict[str, Any]]:
    """Return {queue: {"ready", "waiting", "dead", "consumers"}} for what a service hears.

    A missing queue has "missing": True.
    """
    with Connection(amqp_url, connect_timeout=5) as connection:
        return depths_on(connection, service, delays_s)


def depths_on(connection: Connection, service: str, delays_s: tuple[float, ...]) -> dict[str, dict[str, Any]]:
    """Return the same, asked on a connection that is open."""
    asker = _Asker(connection)
    return {h.queue: _depth(asker, h.queue, delays_s) for h in hearings(service)}


def lengths(connection: Connection, delays_s: tuple[float, ...]) -> dict[str, int | None]:
    """Return how many messages are ready in each queue of the instance; None for one that is missing."""
    asker = _Asker(connection)
    names = dict.fromkeys(queue.name for h in hearings() for queue in queues_of(h, delays_s))
    found = {name: asker.ask(name) for name in names}
    return {name: told[0] if told else None for name, told in found.items()}


class _Asker:
    """Asks for one queue after another on one channel; a missing queue costs a new one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._channel: Any = None

    def ask(self, queue: str) -> tuple[int, int] | None:
        """Return how many messages are ready and how many consumers there are; None when it is missing."""
        if self._channel is None:
            self._channel = self._connection.channel()
        try:
            found = self._channel.queue_declare(queue, passive=True)
        except NotFound:
            self._channel = None
            return None
        return found.message_count, found.consumer_count


def _depth(asker: _Asker, queue: str, delays_s: tuple[float, ...]) -> dict[str, Any]:
    main = asker.ask(queue)
    waits = [suspects_queue_name(queue), *(wait_queue_name(queue, delay_s) for delay_s in delays_s)]
    waiting = [asker.ask(name) for name in waits]
    dead = asker.ask(dead_queue_name(queue))
    if None in (main, dead, *waiting):
        return {"ready": 0, "waiting": 0, "dead": 0, "consumers": 0, "missing": True}
    assert main is not None
    assert dead is not None
    return {
        "ready": main[0],
        "waiting": sum(found[0] for found in waiting if found),
        "dead": dead[0],
        "consumers": main[1],
        "missing": False,
    }
