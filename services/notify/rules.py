"""A rule: whom a kind of fact asks in which order, and how long each has. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from contracts.rules import CLOCK, DESK


@dataclass(frozen=True)
class RuleRung:
    """Who is asked, and for how long: `1 + repeats` times `wait`, with a reminder after each but the last."""

    target: str
    wait: timedelta
    is_clock: bool = False
    repeats: int = 0


@dataclass(frozen=True)
class Rule:
    """The rungs in order, the last one the desk's, and after how long the desk is reminded again."""

    rungs: tuple[RuleRung, ...]
    remind_desk: timedelta

    @property
    def desk(self) -> RuleRung:
        """Return the rung at which every ladder ends."""
        return self.rungs[-1]


def rule_name(fact: str, urgency: str) -> str:
    """Return the name of the rule for a kind of fact of one urgency."""
    return f"{fact}.{urgency}"


def urgency_of(name: str) -> str:
    """Return the urgency that a rule's name holds."""
    return name.rpartition(".")[2]


def rule_from(value: Mapping[str, Any]) -> Rule:
    """Return the rule of its wire form. Raises ValueError where there is no desk at the end."""
    rungs = tuple(
        RuleRung(rung["target"], _minutes(rung["wait"]), rung["unit"] == CLOCK, rung.get("repeats", 0))
        for rung in value["rungs"]
    )
    if [rung.target for rung in rungs].count(DESK) != 1 or rungs[-1].target != DESK:
        raise ValueError("a ladder ends at the desk")
    return Rule(rungs, _minutes(value["remind_desk"]))


def rule_wire(rule: Rule) -> dict[str, Any]:
    """Return the rule as it is kept and as it crosses the boundary, times in minutes."""
    rungs = [
        {
            "target": rung.target,
            "wait": rung.wait // timedelta(minutes=1),
            "unit": CLOCK if rung.is_clock else "office",
            "repeats": rung.repeats,
        }
        for rung in rule.rungs
    ]
    return {"rungs": rungs, "remind_desk": rule.remind_desk // timedelta(minutes=1)}


def _minutes(number: int) -> timedelta:
    if number <= 0:
        raise ValueError("every wait is longer than nothing")
    return timedelta(minutes=number)
