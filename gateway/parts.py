"""The parts of the gateway that live as long as the process, within reach of every request."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import current_app

from chassis.clock import Clock
from chassis.config import Settings
from gateway.asking import Asks
from gateway.hub import Hub
from gateway.names import Names
from gateway.rates import Rates
from gateway.sessions import Sessions


@dataclass(frozen=True)
class Parts:
    """What a request may use."""

    calls: Asks
    settings: Settings
    clock: Clock
    sessions: Sessions
    hub: Hub
    names: Names
    rates: Rates
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    # The desk of each municipality, with the moment at which directory was asked.
    desks: dict[str, tuple[float, dict[str, Any] | None]] = field(default_factory=dict)


def parts() -> Parts:
    """Return the parts of the app that serves the present request."""
    return current_app.extensions["tsunagi"]
