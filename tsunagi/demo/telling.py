"""Tells the story line by line and keeps the count of what was expected and what was seen."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


class Broken(Exception):
    """The story did not go as promised."""


@dataclass
class Telling:
    """What was promised and what was seen, per reader and handoff."""

    quiet: bool = False
    expected: set[tuple[str, str]] = field(default_factory=set)
    seen: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def line(self, words: str, at: datetime | None = None) -> None:
        """Print one line, with the instance's time in Tokyo."""
        if not self.quiet:
            clock = at.astimezone(TOKYO).strftime("%m/%d %H:%M:%S") if at else " " * 14
            print(f"{clock}  {words}", flush=True)

    def hold(self, is_so: bool, promise: str) -> None:
        """Note a promise that was not held; the story goes on as far as it can."""
        if not is_so:
            self.faults.append(promise)
            self.line(f"✗ {promise}")

    @property
    def lost(self) -> int:
        """How many expected alerts nobody saw."""
        return len(self.expected - set(self.seen))

    @property
    def doubled(self) -> int:
        """How many alerts a reader was shown more than once."""
        return len(self.seen) - len(set(self.seen))
