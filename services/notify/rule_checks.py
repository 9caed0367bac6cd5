"""What is wrong with a rule: rungs that could never run, and ladders that would not end at the desk. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.rules import DEADLINES, DESK, MOST_REPEATS, OFFICE, ON_DUTY

Rungs = Sequence[dict[str, Any]]
Fault = tuple[str, str]
# Everybody at the office, these among them.
_OF_THE_OFFICE = ("care_manager", "deputy", ON_DUTY, "office_manager")


def faults(rule: str, rungs: Rungs) -> dict[str, list[str]]:
    """Return {field: [code]} for what is wrong, as `rungs.1.target`; nothing when the rule can run."""
    found: dict[str, list[str]] = {}
    checks = (_the_end, _duty_alone, _after_the_end, _asked_before, _repeats, _deadline)
    for path, code in (fault for check in checks for fault in check(rule, rungs)):
        found.setdefault(path, []).append(code)
    return found


def _the_end(rule: str, rungs: Rungs) -> Iterator[Fault]:
    targets = [rung["target"] for rung in rungs]
    if DESK not in targets:
        yield "rungs", "desk_missing"
    if targets and targets[0] == DESK:
        yield "rungs.0.target", "nobody_before_desk"


def _duty_alone(rule: str, rungs: Rungs) -> Iterator[Fault]:
    """While nobody is on duty nobody at the office would hear of a note, or ever at one without a rota."""
    places = [place for place, rung in enumerate(rungs) if rung["target"] == ON_DUTY]
    if places and {rung["target"] for rung in rungs} <= {ON_DUTY, DESK}:
        yield f"rungs.{places[0]}.target", "duty_alone"


def _after_the_end(rule: str, rungs: Rungs) -> Iterator[Fault]:
    """The desk is reminded until somebody answers, so what stands after it never has its turn."""
    is_over = False
    for place, rung in enumerate(rungs):
        if is_over:
            yield f"rungs.{place}.target", "after_the_end"
        is_over = is_over or rung["target"] == DESK


def _asked_before(rule: str, rungs: Rungs) -> Iterator[Fault]:
    """Nobody is asked on a second rung."""
    asked: set[str] = set()
    for place, rung in enumerate(rungs):
        if rung["target"] in asked and rung["target"] != DESK:
            yield f"rungs.{place}.target", "asked_before"
        asked |= {rung["target"], *(_OF_THE_OFFICE if rung["target"] == OFFICE else ())}


def _repeats(rule: str, rungs: Rungs) -> Iterator[Fault]:
    for place, rung in enumerate(rungs):
        if rung["repeats"] > MOST_REPEATS:
            yield f"rungs.{place}.repeats", "too_many_repeats"
        if rung["repeats"] and rung["target"] == DESK:
            yield f"rungs.{place}.repeats", "desk_repeats_anyway"


def _deadline(rule: str, rungs: Rungs) -> Iterator[Fault]:
    """All rungs together may not keep a note from the desk for longer than its urgency allows."""
    passed = 0
    for place, rung in enumerate(rungs):
        if rung["target"] != DESK:
            before, passed = passed, passed + rung["wait"] * (1 + rung["repeats"])
            if before <= DEADLINES[rule] < passed:
                yield f"rungs.{place}.wait", "past_the_deadline"
