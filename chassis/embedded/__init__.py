"""The bus inside one process, for the embedded profile (ADR 16): no broker, no port, no root.

kombu finds it by addresses like `embedded:///folder`. Quorum queues are rows of `folder/bus.db` (insert
is confirm, delete is acknowledgement); all other queues live in memory. The process that holds
`folder/bus.lock` is the broker; others on this machine reach it by `folder/bus.sock`.
"""

from kombu.transport import TRANSPORT_ALIASES

SCHEME = "embedded"

TRANSPORT_ALIASES[SCHEME] = "chassis.embedded.transport:Transport"


def is_embedded(amqp_url: str) -> bool:
    """Return whether this is the address of a bus inside a process."""
    return amqp_url.startswith(f"{SCHEME}:")
