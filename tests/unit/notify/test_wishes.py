"""When a letter goes out: wishes are kept, and nothing that needs an answer is late by them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chassis.calendar import WEEKDAYS, is_holiday
from chassis.clock import TOKYO
from services.notify import wishes

NIGHT = {"begins": "20:00", "ends": "07:00"}


def wished(**changes: Any) -> dict[str, Any]:
    nothing = {"quiet_weekdays": None, "quiet_weekends": None, "quiet_holidays": False, "windows": {}}
    return nothing | changes


def daily(*spans: tuple[str, str], days: tuple[str, ...] = WEEKDAYS) -> dict[str, Any]:
    return {day: [{"opens": opens, "closes": closes} for opens, closes in spans] for day in days}


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


TWICE = daily(("09:00", "10:00"), ("16:00", "17:00"))
EARLY = daily(("06:00", "09:00"))
MONDAYS = daily(("09:00", "17:00"), days=("mon",))
LATE = daily(("21:00", "23:00"), days=("mon",))
ONE_IN_TWO = daily(("09:00", "11:00"), ("10:00", "12:00"), days=("tue",))
LATER = tokyo("2027-01-31 00:00")


@pytest.mark.parametrize(
    ("at", "content", "goes_at"),
    [
        ("2026-11-27 18:30", wished(), "2026-11-27 18:30"),
        ("2026-11-27 21:00", wished(quiet_weekdays=NIGHT), "2026-11-28 07:00"),  # until Saturday
        ("2026-11-28 21:00", wished(quiet_weekdays=NIGHT), "2026-11-28 21:00"),
        ("2026-11-29 23:00", wished(quiet_weekends=NIGHT), "2026-11-30 07:00"),  # until Monday
        ("2026-11-30 06:59", wished(quiet_weekends=NIGHT), "2026-11-30 07:00"),
        ("2026-11-24 20:00", wished(quiet_weekdays=NIGHT), "2026-11-25 07:00"),
        ("2026-11-24 19:59", wished(quiet_weekdays=NIGHT), "2026-11-24 19:59"),
        ("2026-11-28 09:00", wished(quiet_weekends={"begins": "00:00", "ends": "00:00"}), "2026-11-30 00:00"),
        ("2026-11-24 13:00", wished(quiet_weekdays={"begins": "12:00", "ends": "14:00"}), "2026-11-24 14:00"),
        ("2026-11-23 10:00", wished(quiet_holidays=True), "2026-11-24 00:00"),  # 勤労感謝の日
        ("2026-11-23 10:00", wished(quiet_holidays=True, quiet_weekdays=NIGHT), "2026-11-24 07:00"),
        ("2026-11-24 12:00", wished(windows=TWICE), "2026-11-24 16:00"),
        ("2026-11-27 18:30", wished(windows=MONDAYS), "2026-11-30 09:00"),
        ("2026-11-24 05:00", wished(windows=EARLY, quiet_weekdays=NIGHT), "2026-11-24 07:00"),
        ("2026-11-20 18:30", wished(windows=MONDAYS, quiet_holidays=True), "2026-11-30 09:00"),
    ],
)  # fmt: skip
def test_a_letter_waits_for_the_time_that_is_wished(at: str, content: dict[str, Any], goes_at: str) -> None:
    assert wishes.letter_at(content, tokyo(at), LATER) == tokyo(goes_at)


@pytest.mark.parametrize(
    ("urgency", "due_at", "goes_at", "why"),
    [
        ("today", "2026-11-25 10:00", "2026-11-25 07:00", "waits"),
        ("today", "2026-11-25 07:00", "2026-11-24 21:00", "would_be_late"),
        ("today", "2026-11-24 22:00", "2026-11-24 21:00", "would_be_late"),
        ("today", "2026-11-24 20:00", "2026-11-24 21:00", "would_be_late"),
        ("urgent", "2026-11-25 10:00", "2026-11-24 21:00", "breaks_through"),
    ],
)
def test_what_would_be_late_or_is_urgent_does_not_wait(
    urgency: str, due_at: str, goes_at: str, why: str
) -> None:
    content, at, due = wished(quiet_weekdays=NIGHT), tokyo("2026-11-24 21:00"), tokyo(due_at)

    assert wishes.letter_at(content, at, wishes.latest_at(urgency, due)) == tokyo(goes_at)
    assert wishes.why(content, urgency, at, due) == why


def test_without_wishes_or_without_an_end_nothing_waits() -> None:
    at = tokyo("2026-11-24 21:00")

    assert wishes.letter_at(None, at, LATER) == at
    assert wishes.letter_at(wished(quiet_weekdays=NIGHT), at, None) == at
    assert wishes.latest_at("today", None) is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (wished(), {}),
        (wished(quiet_weekdays=NIGHT, quiet_weekends=NIGHT, windows=daily(("09:00", "10:00"))), {}),
        (wished(windows={"mon": [{"opens": "10:00", "closes": "09:00"}]}), {"windows.mon": ["before_start"]}),
        (wished(windows=ONE_IN_TWO), {"windows.tue": ["overlaps"]}),
        (wished(windows=LATE, quiet_weekdays=NIGHT), {"windows": ["unreachable"]}),
        (
            wished(
                quiet_weekdays={"begins": "00:00", "ends": "00:00"},
                quiet_weekends={"begins": "06:00", "ends": "06:00"},
            ),
            {},  # From Saturday, 0:00, to 6:00 nobody is quiet.
        ),
    ],
)  # fmt: skip
def test_wishes_by_which_nobody_is_reached_are_refused(
    content: dict[str, Any], found: dict[str, list[str]]
) -> None:
    assert wishes.faults(content) == found


# For all windows, quiet hours, holidays and nights -------------------------------------------

_clock = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
_quiet = st.none() | st.fixed_dictionaries({"begins": _clock, "ends": _clock})


@st.composite
def _spans(draw: Any) -> list[dict[str, str]]:
    """Windows of a day that do not overlap; the last one may go on until midnight."""
    times = sorted(draw(st.sets(_clock | st.just("24:00"), max_size=6)))
    return [{"opens": a, "closes": b} for a, b in zip(times[::2], times[1::2], strict=False)]


_contents = st.fixed_dictionaries(
    {
        "quiet_weekdays": _quiet,
        "quiet_weekends": _quiet,
        "quiet_holidays": st.booleans(),
        "windows": st.dictionaries(st.sampled_from(WEEKDAYS), _spans(), max_size=7),
    }
)
# Golden Week and New Year are among them.
_moments = st.integers(0, 400 * 24 * 60).map(lambda m: tokyo("2026-01-01 00:00") + timedelta(minutes=m))


def is_wished(content: dict[str, Any], at: datetime) -> bool:
    """The wish read word for word, minute by minute, as a second opinion."""
    if content["quiet_holidays"] and is_holiday(at.date()):
        return False
    if any(is_quiet(content, at, night) for night in (at.date(), at.date() - timedelta(days=1))):
        return False
    spans = content["windows"].get(WEEKDAYS[at.weekday()], [])
    text = f"{at:%H:%M}"
    return not any(content["windows"].values()) or any(s["opens"] <= text < s["closes"] for s in spans)


def is_quiet(content: dict[str, Any], at: datetime, night: Any) -> bool:
    quiet = content["quiet_weekends" if night.weekday() >= 5 else "quiet_weekdays"]
    if quiet is None:
        return False
    begins = datetime.fromisoformat(f"{night} {quiet['begins']}").replace(tzinfo=TOKYO)
    ends = datetime.fromisoformat(f"{night} {quiet['ends']}").replace(tzinfo=TOKYO)
    return begins <= at < (ends if begins < ends else ends + timedelta(days=1))


@settings(deadline=None)
@given(_contents, _moments)
def test_a_letter_goes_at_the_first_minute_that_is_wished(content: dict[str, Any], at: datetime) -> None:
    assume(not wishes.faults(content))

    goes_at = wishes.letter_at(content, at, at + timedelta(days=900)).astimezone(TOKYO)

    assert is_wished(content, goes_at)
    between = min((goes_at - at) // timedelta(minutes=1), 24 * 60)
    assert not any(is_wished(content, at + timedelta(minutes=passed)) for passed in range(between))
    # The minute before it, however long the wait was.
    assert goes_at == at or not is_wished(content, goes_at - timedelta(minutes=1))


@settings(deadline=None)
@given(_contents, _moments, st.integers(-60, 5 * 24 * 60), st.sampled_from(("urgent", "today")))
def test_no_wish_makes_an_answer_late(
    content: dict[str, Any], at: datetime, minutes: int, urgency: str
) -> None:
    due_at = at + timedelta(minutes=minutes)

    goes_at = wishes.letter_at(content, at, wishes.latest_at(urgency, due_at))

    assert goes_at == at or at < goes_at < due_at
    assert urgency != "urgent" or goes_at == at
    told = wishes.why(content, urgency, at, due_at)
    assert (told == "waits") == (goes_at > at)
