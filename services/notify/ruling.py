"""Which rule holds for a note: that of its desk at the moment of the note, or the shipped one.

A process keeps what desks have changed in its memory, and looks once a second whether there is more. A
change holds from `LEAD` later on: by then every process knows of it, and the note's own time decides.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from services.notify.queries import rules
from services.notify.rules import Rule, rule_from, rule_name
from services.notify.shipped import shipped_rule

FACT = "discharge_noted"
LEAD = timedelta(seconds=2)
_TRUSTED_S = 1.0


@dataclass(frozen=True)
class Version:
    """One version of a desk's rule; without `rule` the shipped one."""

    version: int
    valid_from: datetime
    rule: Rule | None


@dataclass
class _Known:
    """What this process knows: `count` versions, at the monotonic second `at` of the last look."""

    count: int = 0
    at: float = float("-inf")
    versions: dict[tuple[str, str], list[Version]] = field(default_factory=dict)


_known: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


def in_force(tx: Connection, note: Any) -> tuple[int, Rule]:
    """Return the version and the rule for a note. `note` has desk_id, urgency and noted_at."""
    name, at = rule_name(FACT, note["urgency"]), note["noted_at"]
    found = at_moment(_versions(tx, note["desk_id"], name), at)
    if found is None or found.rule is None:
        return (found.version if found else 0), shipped_rule(name, at)
    return found.version, found.rule


def at_moment(versions: list[Version], at: datetime) -> Version | None:
    """Return the version in force at a moment: of those begun by then the one made last."""
    begun = [each for each in versions if each.valid_from <= at]
    return begun[-1] if begun else None


def rule_of(tx: Connection, alert: Any) -> Rule:
    """Return the rule with which the ladder of an alert was begun."""
    name, number = rule_name(FACT, alert["urgency"]), alert["rule_version"]
    if number == 0:
        return shipped_rule(name, alert["noted_at"])
    found = _find(_versions(tx, alert["desk_id"], name), number)
    if found is None:
        # Begun a moment ago by another process.
        forget(tx)
        found = _find(_versions(tx, alert["desk_id"], name), number)
    assert found is not None
    return found.rule or shipped_rule(name, alert["noted_at"])


def forget(tx: Connection) -> None:
    """Look anew the next time: this process has just made a version."""
    _known.pop(tx.engine, None)


def _find(versions: list[Version], number: int) -> Version | None:
    return next((each for each in versions if each.version == number), None)


def _versions(tx: Connection, desk_id: str | None, name: str) -> list[Version]:
    known = _known.setdefault(tx.engine, _Known())
    if time.monotonic() - known.at > _TRUSTED_S:
        _look(tx, known)
    return known.versions.get((desk_id or "", name), [])


def _look(tx: Connection, known: _Known) -> None:
    count, at = rules.count(tx), time.monotonic()
    if count != known.count:
        read: dict[tuple[str, str], list[Version]] = defaultdict(list)
        for row in rules.every(tx):
            read[row.desk_id, row.rule].append(version_from(row))
        known.versions, known.count = dict(read), count
    known.at = at


def version_from(row: Any) -> Version:
    """Return the version that a row keeps."""
    return Version(row.version, row.valid_from, rule_from(row.content) if row.content else None)
