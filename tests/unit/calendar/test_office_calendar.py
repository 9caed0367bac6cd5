from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.calendar import DEFAULT_HOURS, WEEKDAYS, NeverOpen, OfficeCalendar
from chassis.clock import TOKYO


def an_office(weekly=None, closes_on_holidays=True, closed_days=()):
    return OfficeCalendar.from_wire(
        {
            "weekly": DEFAULT_HOURS["weekly"] if weekly is None else weekly,
            "closes_on_holidays": closes_on_holidays,
            "closed_days": list(closed_days),
            "is_provisional": False,
        }
    )


def every_day(*spans, days=WEEKDAYS):
    return {day: [{"opens": opens, "closes": closes} for opens, closes in spans] for day in days}


def tokyo(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def minutes(count):
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("start", "wait", "ends"),
    [
        ("2026-11-24 10:00", 60, "2026-11-24 11:00"),  # Tuesday
        ("2026-11-24 16:30", 60, "2026-11-25 09:30"),  # over the evening
        ("2026-11-24 16:30", 30, "2026-11-24 17:00"),  # exactly to the closing
        ("2026-11-24 07:00", 15, "2026-11-24 09:15"),  # before opening
        ("2026-11-27 18:30", 60, "2026-11-30 10:00"),  # Friday evening → Monday
        ("2026-11-20 18:30", 60, "2026-11-24 10:00"),  # Friday evening, Monday is 勤労感謝の日
        ("2026-11-20 16:45", 30, "2026-11-24 09:15"),
        ("2026-05-01 16:30", 60, "2026-05-07 09:30"),  # over 3–5 May and the 振替休日 of 6 May
        ("2026-09-18 16:30", 60, "2026-09-24 09:30"),  # 国民の休日 of 22 September between two holidays
    ],
)
def test_time_counts_only_while_the_office_is_open(start, wait, ends):
    assert an_office().add_office_time(tokyo(start), minutes(wait)) == tokyo(ends)


def test_a_lunch_break_stops_the_clock():
    office = an_office(every_day(("09:00", "12:00"), ("13:00", "18:00")))

    assert office.add_office_time(tokyo("2026-11-24 11:50"), minutes(60)) == tokyo("2026-11-24 13:50")
    assert not office.is_open(tokyo("2026-11-24 12:30"))
    assert office.next_opening(tokyo("2026-11-24 12:30")) == tokyo("2026-11-24 13:00")


def test_a_day_may_close_at_midnight():
    office = an_office(every_day(("00:00", "24:00")), closes_on_holidays=False)

    assert office.is_open(tokyo("2026-11-24 23:59"))
    assert office.add_office_time(tokyo("2026-11-22 23:30"), minutes(60)) == tokyo("2026-11-23 00:30")


def test_an_office_may_work_on_holidays():
    office = an_office(every_day(("09:00", "17:00")), closes_on_holidays=False)

    assert office.is_business_day(date(2026, 11, 23))
    assert not an_office().is_business_day(date(2026, 11, 23))


@pytest.mark.parametrize("day", [date(2026, 11, 25), "2026-11-25"])
def test_closed_days_are_closed_as_dates_and_as_text(day):
    office = an_office(closed_days=[day])

    assert not office.is_business_day(date(2026, 11, 25))
    assert office.add_office_time(tokyo("2026-11-24 16:30"), minutes(60)) == tokyo("2026-11-26 09:30")


def test_overlapping_spans_count_once():
    office = an_office(every_day(("13:00", "15:00"), ("09:00", "12:00"), ("11:00", "13:00")))

    assert office.weekly[0] == ((540, 900),)


def test_a_span_that_closes_before_it_opens_is_no_opening():
    assert an_office(every_day(("22:00", "06:00"))).weekly[0] == ()


def test_the_closing_minute_is_outside():
    assert an_office().is_open(tokyo("2026-11-24 16:59"))
    assert not an_office().is_open(tokyo("2026-11-24 17:00"))


@pytest.mark.parametrize(
    "office",
    [
        an_office({}),
        an_office(
            every_day(("09:00", "17:00"), days=["mon"]),
            closed_days=(date(2026, 1, 5) + timedelta(weeks=week) for week in range(400)),
        ),
    ],
)
def test_an_office_that_never_opens_is_said_to_be_so(office):
    with pytest.raises(NeverOpen):
        office.next_opening(tokyo("2026-11-24 10:00"))
    with pytest.raises(NeverOpen):
        office.add_office_time(tokyo("2026-11-24 10:00"), minutes(60))


def test_a_long_closure_is_still_found():
    closed = [date(2026, 11, 24) + timedelta(days=day) for day in range(400)]

    assert an_office(closed_days=closed).next_opening(tokyo("2026-11-24 10:00")) == tokyo("2027-12-29 09:00")


# A busy machine is no finding.
settings.register_profile("calendar", deadline=None)
settings.load_profile("calendar")


def clock(quarter):
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


SPAN = st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True).map(
    lambda ends: {"opens": clock(min(ends)), "closes": clock(max(ends))}
)
OFFICES = st.builds(
    lambda monday, others, holidays: an_office(
        dict(zip(WEEKDAYS, (monday, *others), strict=True)), closes_on_holidays=holidays
    ),
    st.lists(SPAN, min_size=1, max_size=3),
    st.lists(st.lists(SPAN, max_size=3), min_size=6, max_size=6),
    st.booleans(),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
WAITS = st.integers(1, 60 * 24 * 3).map(minutes)


@given(OFFICES, MOMENTS, WAITS, WAITS)
def test_waits_add_up(office, start, first, second):
    at_once = office.add_office_time(start, first + second)

    assert office.add_office_time(office.add_office_time(start, first), second) == at_once


@given(OFFICES, MOMENTS, MOMENTS, WAITS)
def test_a_later_start_never_ends_earlier(office, one, other, wait):
    earlier, later = sorted([one, other])

    assert office.add_office_time(earlier, wait) <= office.add_office_time(later, wait)


@given(OFFICES, MOMENTS, WAITS)
def test_a_wait_ends_while_the_office_is_open_or_closes(office, start, wait):
    end = office.add_office_time(start, wait)

    assert end >= start + wait
    assert office.is_open(end) or office.is_open(end - timedelta(microseconds=1))


@given(OFFICES, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(office, at):
    opening = office.next_opening(at)

    before = [at + share * (opening - at) for share in (0, 0.25, 0.5, 0.99)]
    assert office.is_open(opening)
    assert not any(office.is_open(moment) for moment in before if moment < opening)
