"""What the gateway needs of the bus: somebody who asks the services."""

from typing import Any, Protocol

from chassis.auth import Caller


class Asks(Protocol):
    """Asks one service one question; `chassis.calls.Calls` does it over the bus."""

    def ask(
        self,
        service: str,
        method: str,
        request: dict[str, Any],
        *,
        caller: Caller,
        key: str | None = None,
        timeout_s: float = 5,
    ) -> dict[str, Any]:
        """Return the answer. Raises one of `contracts.errors`."""
        ...
