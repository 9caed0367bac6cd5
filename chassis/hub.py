"""Watches the hub: how long nothing else could run."""

import logging
import time

import eventlet
from prometheus_client import Histogram

logger = logging.getLogger(__name__)

_EVERY_S = 0.1
_ALARM_MS = 250.0

GAPS = Histogram(
    "hub_gap_ms",
    "How much later than asked a 100 ms timer of this process woke up, in milliseconds",
    buckets=(1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 5000),
)


_claims: list[str] = []


def claim(name: str) -> bool:
    """Return whether `name` is to watch: of several services in one process the first does."""
    if not _claims:
        _claims.append(name)
    return _claims[0] == name


def watch() -> None:
    """Measure for ever; a gap over 250 ms is logged."""
    while True:
        before = time.monotonic()
        eventlet.sleep(_EVERY_S)
        gap_ms = (time.monotonic() - before - _EVERY_S) * 1000
        GAPS.observe(max(gap_ms, 0))
        if gap_ms > _ALARM_MS:
            logger.warning("hub_gap", extra={"hub_gap_ms": round(gap_ms)})
