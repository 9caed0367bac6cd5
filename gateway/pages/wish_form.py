"""The form of one's own wishes: times as plain fields."""

import re
from collections.abc import Mapping
from typing import Any

from contracts.directory import WEEKDAYS

Row = dict[str, Any]

QUIET = ("quiet_weekdays", "quiet_weekends")
# Before and after the visits of a day.
SPANS = 2
# One digit: whatever somebody sends, a page has ten at most.
_SPAN = re.compile(rf"(?:{'|'.join(WEEKDAYS)})_([0-9])_(?:opens|closes)")


def values_of(wishes: Row) -> Row:
    """Return what is wished as the fields of the form."""
    values: Row = {"quiet_holidays": "yes" if wishes["quiet_holidays"] else ""}
    values["digest_at"] = wishes["digest_at"] or ""
    for name in QUIET:
        values |= {f"{name}_{end}": _shown(time) for end, time in (wishes[name] or {}).items()}
    for day, spans in wishes["windows"].items():
        for number, span in enumerate(spans):
            values |= {f"{day}_{number}_{end}": _shown(time) for end, time in span.items()}
    return values


def _shown(time: str) -> str:
    """Return a time as browsers have it: they know no 24:00."""
    return "00:00" if time == "24:00" else time


def spans_shown(values: Mapping[str, Any]) -> int:
    """Return how many windows a day has on the form; other systems may have set more than the usual."""
    numbers = [int(found[1]) for name in values if (found := _SPAN.fullmatch(name))]
    return max([SPANS, *(number + 1 for number in numbers)])


def wishes_of(form: Mapping[str, str]) -> Row:
    """Return what a service takes; half a span goes along as it is, to be refused at its field."""
    return {
        **{name: _pair(form, name, "begins", "ends") for name in QUIET},
        "quiet_holidays": form.get("quiet_holidays") == "yes",
        "windows": {day: spans for day in WEEKDAYS if (spans := _windows(form, day))},
        "digest_at": form.get("digest_at", "").strip() or None,
    }


def _windows(form: Mapping[str, str], day: str) -> list[dict[str, str]]:
    spans = (_pair(form, f"{day}_{number}", "opens", "closes") for number in range(spans_shown(form)))
    return [_closed(span) for span in spans if span]


def _closed(span: dict[str, str]) -> dict[str, str]:
    """Return a window that ends at midnight as services have it: at the end of its day."""
    return span | {"closes": "24:00"} if span["closes"] == "00:00" else span


def _pair(form: Mapping[str, str], name: str, *ends: str) -> dict[str, str] | None:
    found = {end: form.get(f"{name}_{end}", "").strip() for end in ends}
    return found if any(found.values()) else None


def at_fields(wrong: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what is wrong by the ids of the page: what is wrong inside a day is told at that day."""
    found: dict[str, list[str]] = {}
    for path, sentences in wrong.items():
        pieces = path.removeprefix("content.").split(".")
        id_ = next((piece for piece in pieces if piece in WEEKDAYS), pieces[0])
        found.setdefault(id_, sentences)
    return found
