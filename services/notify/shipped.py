"""The rules with which a city begins, read from `rules.toml`; they carry a date and a source."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from chassis.clock import TOKYO
from contracts.rules import RULES
from services.notify.rules import Rule, rule_from


@dataclass(frozen=True)
class RuleSet:
    """The rules in force from a day on, by name."""

    valid_from: date
    source: str
    rules: dict[str, Rule]


def shipped_rule(name: str, at: datetime) -> Rule:
    """Return the shipped rule in force at `at`; before the first set's day the first one holds."""
    day = at.astimezone(TOKYO).date()
    known = rule_sets()
    in_force = [each for each in known if each.valid_from <= day] or known[:1]
    return in_force[-1].rules[name]


@lru_cache(maxsize=1)
def rule_sets() -> list[RuleSet]:
    """Return the shipped sets, oldest first."""
    return read(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


def read(text: str) -> list[RuleSet]:
    """Return the sets of a text, oldest first. Raises KeyError, TypeError or ValueError for half a one."""
    found = [
        RuleSet(
            entry["valid_from"],
            entry["source"],
            {name: rule_from(entry["rules"][name]) for name in RULES},
        )
        for entry in tomllib.loads(text)["set"]
    ]
    return sorted(found, key=lambda each: each.valid_from)
