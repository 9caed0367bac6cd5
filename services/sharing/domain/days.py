"""Days and ages as they are counted where the work is done: Asia/Tokyo."""

from datetime import date, datetime

from chassis.clock import TOKYO


def day_of(at: datetime) -> date:
    """Return the day in Japan on which a moment falls."""
    return at.astimezone(TOKYO).date()


def age_on(day: date, born: date) -> int:
    """Return the age in completed years."""
    had_no_birthday_yet = (day.month, day.day) < (born.month, born.day)
    return day.year - born.year - had_no_birthday_yet
