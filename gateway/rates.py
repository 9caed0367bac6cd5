"""How many requests one account, or one address of visitors, may send. Kept in this process."""

import time
from collections.abc import Callable

from chassis.config import Settings

# So many seconds' worth may come at once: a page with all that it loads, or a form sent again and again.
BURST_S = 20.0
_MOST_NAMES = 50_000
_ROUNDING_S = 1e-6


class Rate:
    """So many requests a second for each name. Each takes its time, and a name may be that far ahead."""

    def __init__(self, per_s: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`per_s` 0 = no limit."""
        self._each_s = 1 / per_s if per_s else 0.0
        self._monotonic = monotonic
        self._busy_until: dict[str, float] = {}

    def take(self, name: str) -> float:
        """Count a request; returns the seconds to wait when it comes too early, and then counts nothing."""
        if not self._each_s:
            return 0.0
        now = self._monotonic()
        busy_until = max(self._busy_until.get(name, 0.0), now) + self._each_s
        wait_s = busy_until - now - BURST_S
        if wait_s > _ROUNDING_S:
            return wait_s
        if len(self._busy_until) >= _MOST_NAMES:
            self._forget_quiet(now)
        self._busy_until[name] = busy_until
        return 0.0

    def _forget_quiet(self, now: float) -> None:
        self._busy_until = {name: until for name, until in self._busy_until.items() if until > now}


class Rates:
    """The limits of this process."""

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.account = Rate(settings.rate_account, monotonic)
        self.address = Rate(settings.rate_address, monotonic)
