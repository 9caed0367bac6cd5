"""Days and times as readers of English get them; `dates` asks here when a page is in English."""

from datetime import date

from chassis.calendar import is_holiday

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def long_day(value: date) -> str:
    """24 Nov 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def full_day(value: date) -> str:
    """Tue 24 Nov 2026; a holiday Mon 23 Nov 2026 (holiday)."""
    return f"{_WEEKDAYS[value.weekday()]} {long_day(value)}{_holiday(value)}"


def short_day(value: date) -> str:
    """Fri 27 Nov."""
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}{_holiday(value)}"


def _holiday(value: date) -> str:
    return " (holiday)" if is_holiday(value) else ""


def how_long(hours: int, minutes: int) -> str:
    """42 min, 21 h 40 min, 3 days."""
    if hours >= 48:
        return f"{hours // 24} days"
    told = [f"{hours} h"] if hours else []
    return " ".join(told + ([f"{minutes} min"] if minutes else []))
