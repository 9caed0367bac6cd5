"""Office hours as they are typed on a command line."""

from datetime import time
from typing import Any

import click

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_IN_JAPANESE = dict(zip("月火水木金土日", DAYS, strict=True))


class Hours(click.ParamType):
    """`mon-fri 08:30-17:15`, `sat 9:00-12:00,13:00-15:00`; → (days, spans). 月-金 may be said too."""

    name = "days times"

    def convert(self, value: Any, param: Any, context: Any) -> tuple[list[str], list[dict[str, str]]]:
        if not isinstance(value, str):
            return value
        try:
            days, times = value.split()
            return _days(days), [_span(span) for span in times.split(",")]
        except (ValueError, KeyError):
            self.fail(f"{value!r} is not like 'mon-fri 08:30-17:15' or 'sat 9:00-12:00,13:00-15:00'")


def _days(text: str) -> list[str]:
    found: list[str] = []
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        start, end = (DAYS.index(_IN_JAPANESE.get(day, day)) for day in (first, last or first))
        if start > end:
            raise ValueError(part)
        found += DAYS[start : end + 1]
    return found


def _span(text: str) -> dict[str, str]:
    opens, closes = text.split("-")
    return {"opens": _time(opens), "closes": _time(closes)}


def _time(text: str) -> str:
    return "24:00" if text == "24:00" else time.fromisoformat(text.zfill(5)).strftime("%H:%M")


def weekly(said: list[tuple[list[str], list[dict[str, str]]]]) -> dict[str, list[dict[str, str]]]:
    """Return the week; days that were not named are closed."""
    week: dict[str, list[dict[str, str]]] = {day: [] for day in DAYS}
    for days, spans in said:
        for day in days:
            week[day] += spans
    return week
