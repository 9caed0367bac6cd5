"""The form of a rule: its rungs as plain fields, and what its buttons make of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from contracts.rules import DESK, OFFICE
from gateway.pages.dates import TOKYO
from gateway.pages.submitting import moment_of

Row = dict[str, Any]

MOST_RUNGS = 8
_FIELDS = ("target", "wait", "unit", "repeats")


def rungs_of(form: Mapping[str, str]) -> list[Row]:
    """Return the rungs as they were typed, in page order."""
    numbers = [number for number in range(MOST_RUNGS) if f"target_{number}" in form]
    return [{name: form.get(f"{name}_{number}", "").strip() for name in _FIELDS} for number in numbers]


def arranged(rungs: list[Row], do: str) -> list[Row]:
    """Return the rungs after a button: `add`, or `remove-N`; a new one stands before the desk."""
    act, _, number = do.partition("-")
    if act == "add" and len(rungs) < MOST_RUNGS:
        place = len(rungs) - 1 if rungs and rungs[-1]["target"] == DESK else len(rungs)
        new = {"target": OFFICE, "wait": "30", "unit": OFFICE, "repeats": "0"}
        return [*rungs[:place], new, *rungs[place:]]
    if act == "remove" and number.isascii() and number.isdigit():
        return [rung for place, rung in enumerate(rungs) if place != int(number)]
    return rungs


def content_of(form: Mapping[str, str], rungs: list[Row]) -> Row:
    """Return what a service takes; what is no number goes along as it is, to be refused at its field."""
    numbers = [{**rung, "wait": _number(rung["wait"]), "repeats": _number(rung["repeats"])} for rung in rungs]
    return {"rungs": numbers, "remind_desk": _number(form.get("remind_desk", ""))}


def _number(text: str) -> int | str | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text or None


def valid_from_of(form: Mapping[str, str]) -> str | None:
    """Return from when a change is to count; None when nothing was said, "" for what is no moment."""
    if not form.get("valid_from_day", "").strip() and not form.get("valid_from_time", "").strip():
        return None
    return moment_of(form, "valid_from", "00:00") or ""


def arrival_of(given: Mapping[str, str], now: datetime) -> tuple[str, str, str]:
    """Return the day and time of arrival as fields, and the moment as ISO text; Friday 18:30 at first."""
    local = now.astimezone(TOKYO)
    friday = local.date() + timedelta(days=(4 - local.weekday()) % 7)
    day = given.get("at_day", "").strip() or friday.isoformat()
    time = given.get("at_time", "").strip() or "18:30"
    return day, time, moment_of({"at_day": day, "at_time": time}, "at") or ""


def at_fields(wrong: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what is wrong by the ids that the fields have on the page: `rungs.1.wait` is `wait_1`."""
    found: dict[str, list[str]] = {}
    for path, sentences in wrong.items():
        pieces = path.removeprefix("content.").split(".")
        is_rung = pieces[0] == "rungs" and len(pieces) == 3
        found.setdefault(f"{pieces[2]}_{pieces[1]}" if is_rung else pieces[0], []).extend(sentences)
    return found
