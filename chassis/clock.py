"""The clock that all processes of an instance share; demo and test instances may move it."""

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

# How stale the offset may be that a process works with.
_LOOK_EVERY_S = 0.05


# What runs on while the machine sleeps, where the system has such a clock of its own.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady_s() -> float:
    """Return seconds of a clock that nobody sets, for how long something took or has to wait."""
    return time.clock_gettime(_STEADY)


class Clock:
    """Tells the time. With `file`, an offset in seconds read from there is added."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = timedelta()
        self._looked_at = 0.0
        self._stamp = (0, 0)

    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""
        return datetime.now(UTC) + self.offset()

    def today(self) -> datetime:
        """Return the present moment in Asia/Tokyo, for rules that speak of days."""
        return self.now().astimezone(TOKYO)

    def offset(self) -> timedelta:
        """Return how far this clock is moved."""
        if self._file is not None and time.monotonic() - self._looked_at > _LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            self._look(self._file)
        return self._offset

    def _look(self, file: Path) -> None:
        try:
            stat = file.stat()
        except FileNotFoundError:
            self._offset = timedelta()
            return
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._offset = timedelta(seconds=float(file.read_text() or 0))
            self._stamp = stamp


def move(file: Path, offset: timedelta) -> None:
    """Move the clock of every process that reads `file` to `offset` from the real time.

    The file is replaced in one step, so that no reader sees half a number.
    """
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "w") as out:
        out.write(str(offset.total_seconds()))
    Path(name).chmod(0o644)
    Path(name).replace(file)
