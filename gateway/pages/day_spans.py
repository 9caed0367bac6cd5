"""Spans of the days of a week as plain fields, `mon_0_opens` to `sun_1_closes`; browsers know no 24:00."""

import re
from collections.abc import Mapping
from typing import Any

from contracts.directory import WEEKDAYS

Span = dict[str, str]

# Two a day: before and after the visits, or around a closed noon.
SPANS = 2
# One digit: whatever somebody sends, a page has ten at most.
_SPAN = re.compile(rf"(?:{'|'.join(WEEKDAYS)})_([0-9])_(?:opens|closes)")


def values_of(weekly: Mapping[str, list[Span]]) -> dict[str, str]:
    """Return the spans of a week as the fields of a form, all of them."""
    return {
        f"{day}_{number}_{end}": shown(time)
        for day, spans in weekly.items()
        for number, span in enumerate(spans or [])
        for end, time in span.items()
    }


def shown(time: str) -> str:
    """Return a time as browsers have it."""
    return "00:00" if time == "24:00" else time


def spans_shown(values: Mapping[str, Any]) -> int:
    """Return how many spans a day has on the form; other systems may have set more than the usual."""
    numbers = [int(found[1]) for name in values if (found := _SPAN.fullmatch(name))]
    return max([SPANS, *(number + 1 for number in numbers)])


def spans_of(form: Mapping[str, str], day: str) -> list[Span]:
    """Return those of a day that were filled in, half ones as they are, to be refused at their field."""
    spans = (filled(form, f"{day}_{number}", "opens", "closes") for number in range(spans_shown(form)))
    return [_closed(span) for span in spans if span]


def filled(form: Mapping[str, str], name: str, *ends: str) -> Span | None:
    """Return the fields `name`_`end`, or None when all are empty."""
    found = {end: form.get(f"{name}_{end}", "").strip() for end in ends}
    return found if any(found.values()) else None


def _closed(span: Span) -> Span:
    """Return a span that ends at midnight as services have it: at the end of its day."""
    return span | {"closes": "24:00"} if span["closes"] == "00:00" else span
