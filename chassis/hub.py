"""Watches the hub: how long nothing else could run, and whether somebody has set the machine's clock."""

import logging
import time

import eventlet
from prometheus_client import Gauge, Histogram

from chassis.clock import steady_s

logger = logging.getLogger(__name__)

EVERY_S = 0.1
_ALARM_MS = 250.0
# Of a process that is to use little while nobody works: no gap that is logged falls between two looks.
SELDOM_S = _ALARM_MS / 1000

GAPS = Histogram(
    "hub_gap_ms",
    "How much later than asked a timer of this process woke up, in milliseconds",
    buckets=(1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 5000),
)
CLOCK_MOVED_S = Gauge("clock_moved_s", "How far the machine's clock was set since this process started")
_NOTEWORTHY_S = 60.0


_claims: list[str] = []


def claim(name: str) -> bool:
    """Return whether `name` is to watch: of several services in one process the first does."""
    if not _claims:
        _claims.append(name)
    return _claims[0] == name


def watch(every_s: float = EVERY_S) -> None:
    """Measure for ever; a gap over 250 ms is logged, and a clock that was set by a minute or more."""
    offset_s = time.time() - steady_s()
    moved_s = 0.0
    while True:
        before = time.monotonic()
        eventlet.sleep(every_s)
        gap_ms = (time.monotonic() - before - every_s) * 1000
        GAPS.observe(max(gap_ms, 0))
        if gap_ms > _ALARM_MS:
            logger.warning("hub_gap", extra={"hub_gap_ms": round(gap_ms)})
        before_s, moved_s = moved_s, time.time() - steady_s() - offset_s
        CLOCK_MOVED_S.set(moved_s)
        if abs(moved_s - before_s) > _NOTEWORTHY_S:
            logger.warning("clock_set", extra={"seconds": round(moved_s - before_s)})
