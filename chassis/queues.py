"""How the queues of a service stand, asked without touching them."""

from typing import Any

from amqp.exceptions import NotFound
from kombu import Connection

from chassis.topology import dead_queue_name, hearings, wait_queue_name


def depths(amqp_url: str, service: str, delays_s: tuple[float, ...]) -> dict[str, dict[str, Any]]:
    """Return {queue: {"ready", "waiting", "dead", "consumers"}} for what a service hears.

    A missing queue has "missing": True.
    """
    with Connection(amqp_url, connect_timeout=5) as connection:
        return {h.queue: _depth(connection, h.queue, delays_s) for h in hearings(service)}


def _depth(connection: Connection, queue: str, delays_s: tuple[float, ...]) -> dict[str, Any]:
    main = _ask(connection, queue)
    waiting = [_ask(connection, wait_queue_name(queue, delay_s)) for delay_s in delays_s]
    dead = _ask(connection, dead_queue_name(queue))
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


def _ask(connection: Connection, queue: str) -> tuple[int, int] | None:
    channel = connection.channel()
    try:
        found = channel.queue_declare(queue, passive=True)
    except NotFound:
        return None
    finally:
        channel.close()
    return found.message_count, found.consumer_count
