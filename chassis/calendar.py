"""When an office works: its weekly hours, its closed days and the national holidays of Japan.

Knows no service; reads the wire form of `contracts.directory.OfficeHours`. Moments in and out are
aware UTC; the hours are Japanese time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

# By its module: `holidays` itself would import it at the first ladder, which takes a fifth of a second.
from holidays.countries.japan import Japan

from chassis.clock import TOKYO

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEARCH_DAYS = 800  # twice the most closed days that an office can enter

Minutes = tuple[int, int]

# 仮: what holds for an office of which nobody has said its hours. Source: DESIGN 6.
DEFAULT_HOURS: dict[str, Any] = {
    "weekly": {
        day: [{"opens": "09:00", "closes": "17:00"}] if day not in ("sat", "sun") else [] for day in WEEKDAYS
    },
    "closes_on_holidays": True,
    "closed_days": [],
    "is_provisional": True,
}


class NeverOpen(Exception):
    """The office has no opening within the search: its hours are empty or all its days are closed."""


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[date]:
    """Return the national holidays of a year, 振替休日 and 国民の休日 included."""
    return frozenset(Japan(years=year))


def is_holiday(day: date) -> bool:
    """Return whether the day is a national holiday (国民の祝日に関する法律)."""
    return day in holidays_of(day.year)


@dataclass(frozen=True)
class OfficeCalendar:
    """One office's opening times; `weekly` holds, from Monday on, spans in minutes of the day."""

    weekly: tuple[tuple[Minutes, ...], ...]
    closes_on_holidays: bool
    closed_days: frozenset[date]
    is_provisional: bool = False

    @classmethod
    def from_wire(cls, hours: Mapping[str, Any]) -> "OfficeCalendar":
        """Return the calendar of an `OfficeHours`, loaded or as plain JSON.

        Overlapping spans count once. A span that closes before it opens is no opening: a night
        shift is entered as two spans, until 24:00 and from 00:00.
        """
        return cls(
            weekly=tuple(_spans(hours["weekly"].get(day, ())) for day in WEEKDAYS),
            closes_on_holidays=hours["closes_on_holidays"],
            closed_days=frozenset(_day(day) for day in hours["closed_days"]),
            is_provisional=hours["is_provisional"],
        )

    def is_business_day(self, day: date) -> bool:
        """Return whether the office opens at all on this day."""
        return bool(self._spans_on(day))

    def is_open(self, at: datetime) -> bool:
        """Return whether the office works at this moment; the closing minute is already outside."""
        local = at.astimezone(TOKYO)
        return any(opens <= local < closes for opens, closes in self.openings_on(local.date()))

    def next_opening(self, at: datetime) -> datetime:
        """Return the first moment from `at` on when the office is open: `at` itself when it is.

        Raises NeverOpen.
        """
        opens, _ = next(self._openings(at))
        return opens.astimezone(UTC)

    def add_office_time(self, start: datetime, wait: timedelta) -> datetime:
        """Return the moment when `wait` of opening time has passed since `start`.

        Time counts only while the office is open, so outside its hours the count starts at the
        next opening. A wait that ends with a span ends at its closing. Raises NeverOpen.
        """
        for opens, closes in self._openings(start):
            if wait <= closes - opens:
                return (opens + wait).astimezone(UTC)
            wait -= closes - opens
        raise NeverOpen

    def office_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return for how much of the time from `start` to `end` the office is open."""
        total = timedelta()
        day, last = start.astimezone(TOKYO).date(), end.astimezone(TOKYO).date()
        while day <= last:
            for opens, closes in self.openings_on(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += timedelta(days=1)
        return total

    def openings_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return when the office opens and closes on this day, in Japanese time."""
        midnight = datetime.combine(day, time(), TOKYO)
        return [
            (midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes))
            for opens, closes in self._spans_on(day)
        ]

    def why_closed(self, day: date) -> str:
        """Return why an office does not open on this day: closed_day, holiday or weekday."""
        if day in self.closed_days:
            return "closed_day"
        return "holiday" if self.closes_on_holidays and is_holiday(day) else "weekday"

    def _openings(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        local = at.astimezone(TOKYO)
        day, searched = local.date(), 0
        while searched < _SEARCH_DAYS:
            searched += 1
            for opens, closes in self.openings_on(day):
                if closes > local:
                    searched = 0
                    yield max(opens, local), closes
            day += timedelta(days=1)
        raise NeverOpen

    def _spans_on(self, day: date) -> tuple[Minutes, ...]:
        if day in self.closed_days or (self.closes_on_holidays and is_holiday(day)):
            return ()
        return self.weekly[day.weekday()]


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _spans(spans: Any) -> tuple[Minutes, ...]:
    merged: list[Minutes] = []
    for opens, closes in sorted((_minute(span["opens"]), _minute(span["closes"])) for span in spans):
        if closes <= opens:
            continue
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)
