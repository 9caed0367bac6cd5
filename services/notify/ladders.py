"""The waits of the ladders, read from `ladders.toml`; they are rules, so they carry a date and a source."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from chassis.clock import TOKYO


@dataclass(frozen=True)
class Waits:
    """How long each rung has, in office time."""

    care_manager: timedelta
    deputy: timedelta
    office_manager: timedelta
    desk: timedelta
    desk_repeat: timedelta

    def of(self, role: str) -> timedelta:
        """Return the wait of one rung."""
        return getattr(self, role)


@dataclass(frozen=True)
class Ladder:
    """The waits in force from a day on, by urgency."""

    valid_from: date
    source: str
    waits: dict[str, Waits]


def waits_for(urgency: str, at: datetime) -> Waits:
    """Return the waits in force at `at`; before the first ladder's day the first one holds."""
    day = at.astimezone(TOKYO).date()
    known = ladders()
    in_force = [ladder for ladder in known if ladder.valid_from <= day] or known[:1]
    return in_force[-1].waits[urgency]


@lru_cache(maxsize=1)
def ladders() -> list[Ladder]:
    """Return the shipped ladders, oldest first."""
    return read(Path(__file__).with_name("ladders.toml").read_text(encoding="utf-8"))


def read(text: str) -> list[Ladder]:
    """Return the ladders of a TOML text, oldest first. Raises KeyError or ValueError for half a one."""
    found = [_ladder(entry) for entry in tomllib.loads(text)["ladder"]]
    return sorted(found, key=lambda ladder: ladder.valid_from)


def _ladder(entry: dict) -> Ladder:
    waits = {urgency: _waits(entry[urgency]) for urgency in ("urgent", "today")}
    return Ladder(entry["valid_from"], entry["source"], waits)


def _waits(minutes: dict[str, int]) -> Waits:
    named = {field.name: timedelta(minutes=minutes[field.name]) for field in fields(Waits)}
    if any(wait <= timedelta() for wait in named.values()):
        raise ValueError("every wait is longer than nothing")
    return Waits(**named)
