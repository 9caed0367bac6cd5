"""Office time, counted apart from the calendar that it checks: plain sums over days, dates by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chassis.clock import TOKYO

# Source: 国立天文台 暦要項 2026 (文化の日, 勤労感謝の日).
HOLIDAYS = {date(2026, 11, 3), date(2026, 11, 23)}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """When an office works: (opens, closes) as hours of the day, for weekdays and for Saturdays."""

    weekdays: tuple[float, float]
    saturdays: tuple[float, float] | None = None
    closed_days: frozenset[date] = frozenset()

    def of(self, day: date) -> tuple[datetime, datetime] | None:
        """Return the opening of a day, or None."""
        span = self.weekdays if day.weekday() < 5 else self.saturdays if day.weekday() == 5 else None
        if span is None or day in HOLIDAYS | self.closed_days:
            return None
        midnight = datetime.combine(day, time(), TOKYO)
        return midnight + timedelta(hours=span[0]), midnight + timedelta(hours=span[1])

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how long the office is open between two moments."""
        overlaps = (min(closes, end) - max(opens, start) for opens, closes in self._openings(start, end))
        return sum((overlap for overlap in overlaps if overlap > timedelta()), timedelta())

    def is_open(self, at: datetime) -> bool:
        """Return whether the office works at that moment."""
        return any(opens <= at < closes for opens, closes in self._openings(at, at))

    def next_open(self, at: datetime) -> datetime:
        """Return the first moment from `at` on at which the office works."""
        return next(
            max(opens, at) for opens, closes in self._openings(at, at + timedelta(days=60)) if closes > at
        )

    def _openings(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(TOKYO).date()
        while day <= end.astimezone(TOKYO).date():
            if opening := self.of(day):
                yield opening
            day += _DAY
