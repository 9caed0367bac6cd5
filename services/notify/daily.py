"""Which letters of a day are due: a digest for a reader, the list for a desk. Pure: values in, values out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from chassis.clock import TOKYO
from services.notify.offices import Office

DIGEST = "digest"
LIST = "list"
LISTS_AT = "09:00"


def day_of(now: datetime) -> date:
    """Return the day in Japan."""
    return now.astimezone(TOKYO).date()


def time_of(now: datetime) -> str:
    """Return the time of that day, `HH:MM`."""
    return now.astimezone(TOKYO).strftime("%H:%M")


def moment_of(day: date, at: str) -> datetime:
    """Return the moment of a day at which it is `at`."""
    return datetime.combine(day, time.fromisoformat(at), TOKYO).astimezone(UTC)


def ends_at(day: date) -> datetime:
    """Return from when on a letter of this day comes too late: the next day has one of its own."""
    return datetime.combine(day, time.max, TOKYO).astimezone(UTC)


def is_digest_day(content: Mapping[str, Any], office: Office, day: date) -> bool:
    """Return whether somebody is written to on a day: one on which their office works.

    On holidays their wishes decide, whatever the office does.
    """
    calendar = replace(office.calendar, closes_on_holidays=content["quiet_holidays"])
    return calendar.is_business_day(day)
