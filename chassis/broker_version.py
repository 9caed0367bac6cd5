"""Which RabbitMQ is new enough: quorum queues that dead-letter at-least-once came with 3.10 (ADR 3)."""

import re
from typing import Any

OLDEST = (3, 10)


class BrokerTooOld(Exception):
    """The broker cannot keep what is promised; the message tells what to do."""


def introduction(connection: Any) -> dict[str, Any]:
    """Return what the server behind an open kombu connection said of itself."""
    told: dict[str, Any] = getattr(connection.connection, "server_properties", None) or {}
    return told


def fault(server_properties: dict[str, Any]) -> str:
    """Return what is wrong with a server that introduced itself so; nothing when it is new enough.

    One that does not tell its version is taken as it is: some services that speak for a broker do not.
    """
    told = str(server_properties.get("version") or "")
    numbers = re.match(r"(\d+)\.(\d+)", told)
    if numbers is None or (int(numbers[1]), int(numbers[2])) >= OLDEST:
        return ""
    return f"{told}<{'.'.join(map(str, OLDEST))}"


def check(server_properties: dict[str, Any]) -> None:
    """Raise BrokerTooOld for a server that is."""
    found = fault(server_properties)
    if found:
        told, oldest = found.split("<")
        raise BrokerTooOld(
            f"RabbitMQ is {told}; Tsunagi needs {oldest} or later, since older ones can lose messages that"
            " wait for another try. Install a newer RabbitMQ, then run `tsunagi migrate`."
        )
