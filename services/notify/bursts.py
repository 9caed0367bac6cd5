"""Bursts: what becomes due for one person at once is one letter, and few letters go out a minute. Pure."""

from datetime import datetime, timedelta

# The first few go out at once, each with what is due by then; after them a minute's worth goes together.
AT_ONCE = 3
WINDOW = timedelta(minutes=1)
# So many deliveries become one letter, and so many of them are listed in it.
MOST_TOGETHER = 200
SHOWN = 20


def rests_until(began_at: datetime, letters: int, now: datetime) -> datetime | None:
    """Return until when somebody is written to no more who has had `letters` since `began_at`, or None."""
    is_on = began_at <= now < began_at + WINDOW
    return began_at + WINDOW if is_on and letters >= AT_ONCE else None


def counted(began_at: datetime, letters: int, now: datetime) -> tuple[datetime, int]:
    """Return the beginning and number of letters once another went out `now`."""
    return (began_at, letters + 1) if began_at <= now < began_at + WINDOW else (now, 1)
