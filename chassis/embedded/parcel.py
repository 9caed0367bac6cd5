"""A message on its way, and what becomes of it when it is delivered."""

import base64
import time
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Parcel:
    """One message in one queue.

    `properties` are those of AMQP with JSON values, the headers as `application_headers`. `deliveries`
    counts the earlier ones; `due_at` (seconds of the epoch) is when it leaves a queue with a time-to-live.
    """

    exchange: str
    routing_key: str
    body: bytes
    properties: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    deliveries: int = 0
    due_at: float | None = None

    @property
    def headers(self) -> dict[str, Any]:
        """The application's headers."""
        return self.properties.get("application_headers") or {}

    def to_wire(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**vars(self), "body": base64.b64encode(self.body).decode()}


def from_wire(told: dict[str, Any]) -> Parcel:
    """Return the parcel that `to_wire` told of."""
    return Parcel(**{**told, "body": base64.b64decode(told["body"])})


@dataclass(frozen=True)
class Delivery:
    """A parcel handed to a consumer (`tag`) or got by hand (no tag); `number` is for its acknowledgement."""

    number: int
    tag: str
    parcel: Parcel


def died(parcel: Parcel, queue: str, reason: str, exchange: str, routing_key: str) -> Parcel:
    """Return the parcel as it goes on to `exchange` after it died in `queue`, with RabbitMQ's headers."""
    deaths = [dict(death) for death in parcel.headers.get("x-death") or []]
    same = next((death for death in deaths if (death["queue"], death["reason"]) == (queue, reason)), None)
    if same is None:
        same = {"queue": queue, "reason": reason, "count": 0, "exchange": parcel.exchange}
    others = [death for death in deaths if death is not same]
    headers = {
        "x-first-death-queue": queue,
        "x-first-death-reason": reason,
        **parcel.headers,
        "x-death": [{**same, "count": same["count"] + 1, "time": time.time()}, *others],
    }
    properties = {**parcel.properties, "application_headers": headers}
    return replace(
        parcel, exchange=exchange, routing_key=routing_key, properties=properties, deliveries=0, due_at=None
    )
