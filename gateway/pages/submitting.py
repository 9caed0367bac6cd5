"""What every form does: ask, and when it is refused show it again with what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.errors import Conflict, Invalid, TooMany
from gateway import waiting, words
from gateway.ask import ask
from gateway.pages.dates import TOKYO


@dataclass(frozen=True)
class Outcome:
    """What became of a form. `wrong` maps fields to sentences; `refused` is one for the whole."""

    answer: dict[str, Any] | None = None
    wrong: dict[str, list[str]] = field(default_factory=dict)
    refused: str = ""
    is_too_soon: bool = False

    @property
    def status(self) -> int:
        """Return the status of the page that shows the form again."""
        return 422 if self.wrong else 429 if self.is_too_soon else 409


def submit(service: str, method: str, body: dict[str, Any], *, timeout_s: float = 5) -> Outcome:
    """Ask a service to do what a form says."""
    try:
        return Outcome(ask(service, method, body, timeout_s=timeout_s))
    except Invalid as problem:
        told = words.told(problem.fields)
        return Outcome(wrong=told, refused="" if told else words.reason(problem.reason))
    except Conflict as problem:
        return Outcome(refused=words.reason(problem.reason))
    except TooMany as problem:
        return Outcome(refused=waiting.told(problem), is_too_soon=True)


def typed(form: Mapping[str, str], *names: str) -> dict[str, Any]:
    """Return those fields of a form that were filled in, without surrounding space."""
    return {name: form[name].strip() for name in names if form.get(name, "").strip()}


def moment_of(form: Mapping[str, str], name: str, otherwise: str = "") -> str | None:
    """Return the moment of two fields `name`_day and `name`_time as ISO text, or None when it is none.

    `otherwise` is the time of day that counts when only the day was given.
    """
    day, time = form.get(f"{name}_day", "").strip(), form.get(f"{name}_time", "").strip() or otherwise
    try:
        return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=TOKYO).isoformat()
    except ValueError:
        return None
