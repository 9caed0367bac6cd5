"""Days and times as readers see them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.pages import dates

NOW = datetime(2026, 11, 24, 5, 20, tzinfo=UTC)  # 令和8年11月24日（火）14:20


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(1912, 7, 29), "明治45年"),
        (date(1912, 7, 30), "大正元年"),
        (date(1926, 12, 24), "大正15年"),
        (date(1926, 12, 25), "昭和元年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1989, 1, 8), "平成元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2026, 11, 24), "令和8年"),
    ],
)
def test_an_era_begins_on_its_first_day(day, written):
    assert dates.era_year(day) == written


def test_a_holiday_is_named_beside_its_weekday():
    assert dates.full_day("2026-11-23") == "令和8年11月23日（月・祝）"
    assert dates.short_day("2026-11-27", NOW) == "11/27（金）"


def test_another_year_is_written_in_full():
    assert dates.short_day("2027-03-31", NOW) == "令和9年3月31日（水）"


def test_today_and_tomorrow_stand_only_beside_a_time():
    assert dates.day_and_time("2026-11-24T06:02:00+00:00", NOW) == "今日 15:02"
    assert dates.day_and_time("2026-11-25T00:00:00+00:00", NOW) == "明日 9:00"
    assert dates.day_and_time("2026-11-27T01:30:00+00:00", NOW) == "11/27（金）10:30"


def test_the_day_is_that_of_tokyo():
    assert dates.day("2026-11-24T15:00:00+00:00") == date(2026, 11, 25)
    assert dates.when("2026-11-23T15:00:00+00:00", NOW) == "0:00"


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (timedelta(seconds=20), "1分"),
        (timedelta(minutes=42), "42分"),
        (timedelta(hours=21, minutes=40), "21時間40分"),
        (timedelta(hours=2), "2時間"),
        (timedelta(days=3, hours=5), "3日"),
    ],
)
def test_a_span_is_written_in_its_two_largest_units(span, written):
    assert dates.how_long(span) == written


def test_age_changes_on_the_birthday():
    assert dates.age("1944-11-24", NOW) == 82
    assert dates.age("1944-11-25", NOW) == 81
