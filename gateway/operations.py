"""How the parts stand and what is parked: asked of every service, for operators."""

from typing import Any

from chassis.topology import SERVICES
from chassis.version import VERSION
from contracts.errors import Invalid
from gateway.ask import ask, ask_each
from gateway.parts import parts

_PATIENCE_S = 3.0


def status() -> dict[str, Any]:
    """Return {"services": [status of each, or {"service", "is_away": True}], "gateway", "streams": int}."""
    gateway = {"version": VERSION, "started_at": parts().started_at.isoformat()}
    answers = ask_each(SERVICES, "get_status", timeout_s=_PATIENCE_S)
    services = [
        {**answer, "is_away": False} if answer else {"service": name, "is_away": True}
        for name, answer in answers.items()
    ]
    return {"services": services, "gateway": gateway, "streams": len(parts().hub)}


def dead_letters() -> dict[str, Any]:
    """Return {"dead_letters": [each with its "service"], "away": [services that did not answer]}."""
    answers = ask_each(SERVICES, "list_dead_letters", timeout_s=_PATIENCE_S)
    found = [
        {"service": name, **letter}
        for name, answer in answers.items()
        if answer
        for letter in answer["dead_letters"]
    ]
    return {"dead_letters": found, "away": [name for name, answer in answers.items() if answer is None]}


def replay(service: Any, fact_ids: Any = None) -> dict[str, Any]:
    """Send parked facts of a service back to their queues, all or those named; returns {"replayed"}."""
    if service not in SERVICES:
        raise Invalid("invalid", {"service": ["required" if not service else "not_a_choice"]})
    return ask(service, "replay_dead_letters", {"fact_ids": fact_ids}, timeout_s=30)
