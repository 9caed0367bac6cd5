"""What was parked: list it, replay it, per service, with the service's own login."""

import json
from collections.abc import Iterator
from typing import Any

from kombu import Connection

from chassis.publish import BatchPublisher, Outgoing
from chassis.topology import Hearing, dead_queue_name, hearings, retry_exchange

_MOST = 500


def list_dead(amqp_url: str, service: str) -> list[dict[str, Any]]:
    """Return the parked messages of a service, oldest first, at most 500 a queue, leaving them there.

    Each has queue, fact_id, type, subject, time, attempts, reason and origin; never its data.
    """
    with Connection(amqp_url, connect_timeout=5) as connection:
        found = []
        for hearing in hearings(service):
            for message in _get_all(connection, dead_queue_name(hearing.queue)):
                found.append(_describe(hearing, message))
        # The connection is closed without an acknowledgement, so every message stays.
        return found


def replay_dead(amqp_url: str, service: str, fact_ids: set[str] | None = None) -> int:
    """Send parked messages back to their queue, all or those with `fact_ids`; returns how many.

    A message leaves the dead queue only when its own queue has confirmed it.
    """
    count = 0
    publisher = BatchPublisher(amqp_url)
    with Connection(amqp_url, connect_timeout=5) as connection:
        for hearing in hearings(service):
            for message in _get_all(connection, dead_queue_name(hearing.queue)):
                envelope = _envelope(message)
                if fact_ids is None or envelope.get("id") in fact_ids:
                    _send_back(publisher, hearing, message)
                    message.ack()
                    count += 1
    publisher.close()
    return count


def _get_all(connection: Connection, queue: str) -> Iterator[Any]:
    channel = connection.channel()
    for _ in range(_MOST):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield channel.message_to_python(message) if hasattr(channel, "message_to_python") else message


def _send_back(publisher: BatchPublisher, hearing: Hearing, message: Any) -> None:
    id = str(message.properties.get("message_id") or "")
    out = Outgoing(id, retry_exchange(hearing.hearer).name, hearing.queue, message.body, {"x-replayed": True})
    if publisher.publish([out]):
        raise RuntimeError(f"queue {hearing.queue} is missing: run tsunagi migrate")


def _envelope(message: Any) -> dict[str, Any]:
    try:
        found = json.loads(message.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _describe(hearing: Hearing, message: Any) -> dict[str, Any]:
    envelope, headers = _envelope(message), message.headers or {}
    deaths = headers.get("x-death") or [{}]
    return {
        "queue": hearing.queue,
        "fact_id": envelope.get("id", ""),
        "type": envelope.get("type", ""),
        "subject": envelope.get("subject", ""),
        "time": envelope.get("time", ""),
        "attempts": headers.get("x-attempt", deaths[0].get("count", 0)),
        "reason": headers.get("x-error") or headers.get("x-first-death-reason", "unknown"),
        "origin": headers.get("x-origin") or headers.get("x-first-death-queue", hearing.queue),
    }
