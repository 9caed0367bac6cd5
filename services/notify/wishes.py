"""When somebody wants to be written to, and how long a letter waits for that. Pure: values in, values out.

Quiet hours and windows become the opening times of a calendar, so that what counts for offices counts here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from chassis.calendar import WEEKDAYS, NeverOpen, OfficeCalendar

URGENT = "urgent"
_DAY = 24 * 60
_WEEKEND = ("sat", "sun")
_WHOLE_DAY = ({"opens": "00:00", "closes": "24:00"},)

Content = Mapping[str, Any]
Minutes = tuple[int, int]
Spans = Sequence[tuple[datetime, datetime]]


def reachable(content: Content) -> OfficeCalendar:
    """Return the calendar of the times at which somebody may be written to; `content` is a `Wishes`."""
    week = tuple(tuple(_free(content, day)) for day in range(7))
    return OfficeCalendar(week, closes_on_holidays=content["quiet_holidays"], closed_days=frozenset())


def letter_at(
    content: Content | None, at: datetime, latest_at: datetime | None, duties: Spans = ()
) -> datetime:
    """Return when a letter that is due `at` goes out: `at` itself, or the next moment that is wished.

    `duties` are the times from `at` on when its reader is on duty: every moment of these counts as wished.
    Nothing is kept that would come too late: whose `latest_at` is none or passes first goes out at once.
    """
    if content is None or latest_at is None:
        return at
    try:
        wished = [reachable(content).next_opening(at)]
    except NeverOpen:
        return at
    soonest = min(wished + [max(begins, at) for begins, ends in duties if at < ends])
    return soonest if soonest < latest_at else at


def latest_at(urgency: str, due_at: datetime | None) -> datetime | None:
    """Return until when a letter may be kept at most; none when it breaks through every wish.

    `due_at` is when its rung is over: by then the next ones are asked.
    """
    return None if urgency == URGENT else due_at


def why(
    content: Content | None, urgency: str, at: datetime, due_at: datetime | None, duties: Spans = ()
) -> str:
    """Return why a letter that is due `at` goes out when it does, as a code of `DrawnLetter`."""
    if content is None or reachable(content).is_open(at):
        return "at_once"
    if latest_at(urgency, due_at) is None:
        return "breaks_through"
    if any(begins <= at < ends for begins, ends in duties):
        return "on_duty"
    return "waits" if letter_at(content, at, due_at, duties) > at else "would_be_late"


def faults(content: Content) -> dict[str, list[str]]:
    """Return {field: [code]} for wishes by which nobody could be reached; nothing when they can hold."""
    spans = {f"windows.{day}": _wrong(spans) for day, spans in content["windows"].items()}
    wrong = {path: [code] for path, code in spans.items() if code}
    if not wrong and not any(reachable(content).weekly):
        wrong = {"windows": ["unreachable"]}
    return wrong


def _wrong(spans: Sequence[Mapping[str, str]]) -> str | None:
    ordered = sorted((span["opens"], span["closes"]) for span in spans)
    if any(closes <= opens for opens, closes in ordered):
        return "before_start"
    return "overlaps" if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)) else None


def _free(content: Content, day: int) -> Iterator[Minutes]:
    """Yield the spans of a weekday, in minutes, in which somebody may be written to, in their order."""
    windows: Any = content["windows"]
    spans = windows.get(WEEKDAYS[day], ()) if any(windows.values()) else _WHOLE_DAY
    free = sorted((_minute(span["opens"]), _minute(span["closes"])) for span in spans)
    for quiet in _quiet(content, day):
        free = [part for span in free for part in _without(span, quiet)]
    yield from free


def _quiet(content: Content, day: int) -> Iterator[Minutes]:
    """Yield the quiet spans of a weekday: its own, and what reaches over from the night before."""
    for earlier in (0, 1):
        begun = _quiet_from(content, (day - earlier) % 7)
        if begun:
            yield begun[0] - earlier * _DAY, begun[1] - earlier * _DAY


def _quiet_from(content: Content, day: int) -> Minutes | None:
    quiet = content["quiet_weekends" if WEEKDAYS[day] in _WEEKEND else "quiet_weekdays"]
    if quiet is None:
        return None
    begins, ends = _minute(quiet["begins"]), _minute(quiet["ends"])
    return begins, ends if begins < ends else ends + _DAY


def _without(span: Minutes, quiet: Minutes) -> Iterator[Minutes]:
    before, after = (span[0], min(span[1], quiet[0])), (max(span[0], quiet[1]), span[1])
    yield from (part for part in (before, after) if part[0] < part[1])


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
