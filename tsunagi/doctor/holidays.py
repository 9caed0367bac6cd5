"""Whether the calendar knows the national holidays of the next 12 months."""

from collections.abc import Iterator
from datetime import date, timedelta

from chassis.calendar import holidays_of
from chassis.clock import Clock
from tsunagi.doctor.finding import Finding, well, wrong
from tsunagi.doctor.place import Place


def holidays(place: Place, today: date | None = None) -> Iterator[Finding]:
    """Look at the years that the next 12 months touch; `today` is the instance's, in Tokyo."""
    if today is None:
        known = place.settings()
        today = Clock(known.clock_file if known else None).today().date()
    end = today + timedelta(days=365)
    unknown = [str(year) for year in range(today.year, end.year + 1) if not holidays_of(year)]
    if unknown:
        do = "Bring a newer version: until then ladders climb on holidays as on other days."
        yield wrong("holidays", f"those of {' and '.join(unknown)} are not known", do)
    else:
        yield well("holidays", f"known until {end.isoformat()}")
