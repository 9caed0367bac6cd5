"""A rota as people read it: each time with the person on duty, or why nobody is. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from chassis.calendar import OfficeCalendar
from chassis.clock import TOKYO
from services.notify.duties import Stretch, gaps, stretches
from services.notify.offices import Office

NOBODY = "nobody_on_duty"


@dataclass(frozen=True)
class Line:
    """One time. `gap` says why nobody is on duty in it: nobody_on_duty, away, suspended or not_a_member.

    `account_id` is who would have been. `is_open` marks a gap in which the office works.
    """

    from_at: datetime
    until_at: datetime
    account_id: str | None = None
    duty_id: str | None = None
    source: str | None = None
    gap: str | None = None
    is_open: bool = False


def lines(office: Office, start: datetime, end: datetime) -> list[Line]:
    """Return the times between two moments, in order, without any between them left out."""
    found = stretches(office.rota, start, end)
    told = [line for stretch in found for line in _of_stretch(office, stretch)]
    for begins, ends in gaps(found, start, end):
        told += _of_gap(office.calendar, Line(begins, ends, gap=NOBODY))
    return sorted(told, key=lambda line: line.from_at)


def why_not(office: Office, account_id: str | None, at: datetime) -> str | None:
    """Return why the duty of this person counts for nothing at a moment, or None."""
    if account_id is None:
        return NOBODY
    member = office.member(account_id)
    if member is None:
        return "not_a_member"
    if not member.is_active:
        return "suspended"
    return "away" if member.is_away(at) else None


def _of_stretch(office: Office, stretch: Stretch) -> Iterator[Line]:
    """Yield the parts of a stretch: those in which its person is away, and those between."""
    for begins, ends in _parts(office, stretch):
        gap = why_not(office, stretch.account_id, begins)
        line = Line(begins, ends, stretch.account_id, stretch.duty_id, stretch.source, gap)
        yield from _of_gap(office.calendar, line) if gap else [line]


def _parts(office: Office, stretch: Stretch) -> Iterator[tuple[datetime, datetime]]:
    member = office.member(stretch.account_id)
    edges = {at for away in (member.away if member else ()) for at in away}
    within = sorted(at for at in edges if stretch.from_at < at < stretch.until_at)
    points = [stretch.from_at, *within, stretch.until_at]
    yield from pairwise(points)


def _of_gap(calendar: OfficeCalendar, gap: Line) -> Iterator[Line]:
    """Yield the parts of a gap in which the office works, and those in which it does not."""
    at = gap.from_at
    for opens, closes in _openings(calendar, gap.from_at, gap.until_at):
        if at < opens:
            yield replace(gap, from_at=at, until_at=opens)
        yield replace(gap, from_at=opens, until_at=closes, is_open=True)
        at = closes
    if at < gap.until_at:
        yield replace(gap, from_at=at)


def _openings(
    calendar: OfficeCalendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    day, last = start.astimezone(TOKYO).date(), end.astimezone(TOKYO).date()
    while day <= last:
        for opens, closes in calendar.openings_on(day):
            if max(opens, start) < min(closes, end):
                yield max(opens, start), min(closes, end)
        day += timedelta(days=1)
