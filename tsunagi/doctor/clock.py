"""This machine's clock: whether it was set while the instance ran, or was ahead when something was saved."""

import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from chassis.db import Database
from chassis.tables import service_metadata
from tsunagi.doctor.finding import Finding, doubtful, well
from tsunagi.doctor.place import Place
from tsunagi.parts import SERVICES

MOST_OFF = timedelta(minutes=1)
_LOOKED_AT = 1000
_OUTBOX = service_metadata().tables["outbox"]
_MOVED = re.compile(r"^clock_moved_s (\S+)$", re.MULTILINE)
_DO = (
    "Have NTP keep the clock. What was sent meanwhile bears wrong times: see on the desk's board that nobody"
    " waits too long, or was asked too early."
)


def clock(place: Place) -> Iterator[Finding]:
    """Compare the clock with what was saved last, and with what running processes have seen of it."""
    if place.instance is None:
        return
    faults = [*_ahead(_newest(place), datetime.now(UTC)), *_set(_moved_s(place))]
    yield from faults or [well("clock", "nobody has set it, and nothing saved is of the future")]


def _ahead(newest: datetime | None, now: datetime) -> Iterator[Finding]:
    """Yield that something was saved at a time that has not come yet."""
    if newest is not None and newest > now + MOST_OFF:
        says = (
            f"something was saved {_told(newest - now)} from now: the clock was ahead then, or is behind now"
        )
        yield doubtful("clock", says, _DO)


def _set(moved_s: float) -> Iterator[Finding]:
    """Yield that the clock was set."""
    moved = timedelta(seconds=abs(moved_s))
    if moved > MOST_OFF:
        way = "forward" if moved_s > 0 else "back"
        yield doubtful("clock", f"it was set {way} by {_told(moved)} while the instance ran", _DO)


def _told(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours >= 2 else f"{span.total_seconds() / 60:.0f} minutes"


def _newest(place: Place) -> datetime | None:
    found = [_newest_of(url) for url in map(place.database_url, SERVICES) if url]
    return max((each for each in found if each is not None), default=None)


def _newest_of(url: str) -> datetime | None:
    db = Database(url, pool_size=1)
    try:
        with db.begin() as tx:
            return _newest_in(tx)
    except DBAPIError:
        # The check of that database tells it.
        return None
    finally:
        db.close()


def _newest_in(tx: Connection) -> datetime | None:
    if not inspect(tx).has_table("outbox"):
        return None
    # Ids are made by the same clock: the newest are among the last of them.
    last = select(_OUTBOX.c.recorded_at).order_by(_OUTBOX.c.id.desc()).limit(_LOOKED_AT).subquery()
    found: datetime | None = tx.execute(select(func.max(last.c.recorded_at))).scalar()
    return found


def _moved_s(place: Place) -> float:
    """Return how far a running process has seen the clock move; the farthest, or 0 when none runs."""
    assert place.instance is not None
    ports = [place.instance.ports.get(f"health_{name}", 0) for name in place.instance.processes]
    return max((_seen_s(port) for port in ports if port), key=abs, default=0.0)


def _seen_s(port: int) -> float:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=1) as answer:
            found = _MOVED.search(answer.read().decode())
    except (OSError, ValueError):
        return 0.0
    return float(found[1]) if found else 0.0
