"""How the parts stand and what is parked: asked of every service, for operators."""

from typing import Any

from chassis.topology import SERVICES
from chassis.version import VERSION
from contracts.errors import Invalid, Unavailable
from gateway.ask import ask
from gateway.parts import parts

_PATIENCE_S = 3.0


def status() -> dict[str, Any]:
    """Return {"services": [status of each, or {"service", "is_away": True}], "gateway", "streams": int}."""
    gateway = {"version": VERSION, "started_at": parts().started_at.isoformat()}
    services = [_status(name) for name in SERVICES]
    return {"services": services, "gateway": gateway, "streams": len(parts().hub)}


def _status(name: str) -> dict[str, Any]:
    try:
        return {**ask(name, "get_status", timeout_s=_PATIENCE_S), "is_away": False}
    except Unavailable:
        return {"service": name, "is_away": True}


def dead_letters() -> dict[str, Any]:
    """Return {"dead_letters": [each with its "service"], "away": [services that did not answer]}."""
    found: list[dict[str, Any]] = []
    away = []
    for name in SERVICES:
        try:
            parked = ask(name, "list_dead_letters", timeout_s=_PATIENCE_S)["dead_letters"]
        except Unavailable:
            away.append(name)
        else:
            found += [{"service": name, **letter} for letter in parked]
    return {"dead_letters": found, "away": away}


def replay(service: Any, fact_ids: Any = None) -> dict[str, Any]:
    """Send parked facts of a service back to their queues, all or those named; returns {"replayed"}."""
    if service not in SERVICES:
        raise Invalid("invalid", {"service": ["required" if not service else "not_a_choice"]})
    return ask(service, "replay_dead_letters", {"fact_ids": fact_ids}, timeout_s=30)
