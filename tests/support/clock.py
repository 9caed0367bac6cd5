"""Moves the clock of an instance."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chassis.clock import _LOOK_EVERY_S, TOKYO, move


class MovableClock:
    """The clock that every process of the instance follows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the instance's present moment."""
        return datetime.now(UTC) + self._offset

    def set(self, to: datetime | str) -> datetime:
        """Set the clock; text such as "2026-04-07 10:00" is Asia/Tokyo. Returns the moment."""
        if isinstance(to, str):
            to = datetime.fromisoformat(to)
        if to.tzinfo is None:
            to = to.replace(tzinfo=TOKYO)
        self._move(to - datetime.now(UTC))
        return to

    def advance(self, **by: float) -> datetime:
        """Move the clock on, e.g. `advance(minutes=15)`. Returns the new moment."""
        self._move(self._offset + timedelta(**by))
        return self.now()

    def _move(self, offset: timedelta) -> None:
        self._offset = offset
        move(self._file, offset)
        # Processes look at the file every 50 ms: afterwards all of them follow.
        time.sleep(2 * _LOOK_EVERY_S)
