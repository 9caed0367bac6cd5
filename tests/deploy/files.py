"""The deployment's files, parsed."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DEMO = ROOT / "docker-compose.demo.yml"
MONITORING = ROOT / "docker-compose.monitoring.yml"
EXAMPLE = ROOT / ".env.example"

_VARIABLE = re.compile(r"\$\{(\w+)")


def compose(path: Path = COMPOSE) -> dict[str, Any]:
    """Return a compose file, anchors and merges resolved."""
    parsed: dict[str, Any] = yaml.safe_load(path.read_text())
    return parsed


def services(path: Path = COMPOSE) -> dict[str, dict[str, Any]]:
    """Return the services of a compose file by name."""
    found: dict[str, dict[str, Any]] = compose(path)["services"]
    return found


def long_running() -> dict[str, dict[str, Any]]:
    """Return the services that stay up; the others do one thing and end."""
    return {name: service for name, service in services().items() if service["restart"] != "no"}


def secrets_of(service: dict[str, Any]) -> set[str]:
    """Return the names of the secrets that a service is given."""
    return {one if isinstance(one, str) else one["source"] for one in service.get("secrets", [])}


def variables(path: Path) -> set[str]:
    """Return the names of the variables that a compose file reads."""
    return set(_VARIABLE.findall(path.read_text()))


def example_values() -> dict[str, str]:
    """Return what `.env.example` sets, by name."""
    return dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
