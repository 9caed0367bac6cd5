"""The parts of the gateway that live as long as the process, within reach of every request."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from flask import current_app

from chassis.auth import Caller
from chassis.clock import Clock
from chassis.config import Settings

if TYPE_CHECKING:
    from gateway.hub import Hub
    from gateway.names import Names
    from gateway.sessions import Sessions


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


@dataclass(frozen=True)
class Parts:
    """What a request may use."""

    calls: Asks
    settings: Settings
    clock: Clock
    sessions: "Sessions"
    hub: "Hub"
    names: "Names"


def parts() -> Parts:
    """Return the parts of the app that serves the present request."""
    return current_app.extensions["tsunagi"]
