"""`/metrics` of one process: what has been counted, and how its services stand when somebody looks."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import REGISTRY, GaugeMetricFamily, Metric

from chassis.config import Settings
from chassis.figures import Figure, of_disk
from chassis.version import VERSION

logger = logging.getLogger(__name__)

# However often somebody looks: databases and broker are asked no more often than that.
_REMEMBER_S = 5.0

Look = Callable[[], Iterable[Figure]]


class Standing:
    """Tells Prometheus the figures of each look. A look that fails tells nothing: nothing stale either."""

    def __init__(self, looks: Iterable[Look]) -> None:
        self._looks = list(looks)
        self._looking = threading.Lock()
        self._looked_at = 0.0
        self._found: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        """Nothing: whoever registers this must not make it look already."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the figures as metrics, at most 5 s old."""
        with self._looking:
            if time.monotonic() - self._looked_at > _REMEMBER_S:
                self._found = _metrics(list(self._look()))
                self._looked_at = time.monotonic()
            return self._found

    def _look(self) -> Iterator[Figure]:
        for look in self._looks:
            try:
                yield from list(look())
            except Exception as error:
                logger.warning("figures_unknown", extra={"reason": type(error).__name__})


def export(settings: Settings, faults: Callable[[], list[str]], looks: Iterable[Look] = ()) -> None:
    """Let this process's `/metrics` tell whether it is ready, its disk, and what `looks` find."""

    def itself() -> Iterator[Figure]:
        part = {"part": settings.service}
        yield Figure("part_ready", "1 when the process can work, as /ready says", not faults(), part)
        yield Figure("part_info", "1, with the version of the code", 1, {**part, "version": VERSION})

    REGISTRY.register(Standing([itself, lambda: of_disk(settings.keys), *looks]))


def _metrics(figures: list[Figure]) -> list[Metric]:
    families: dict[str, GaugeMetricFamily] = {}
    for name, says, value, labels in figures:
        family = families.setdefault(name, GaugeMetricFamily(name, says, labels=list(labels)))
        family.add_metric(list(labels.values()), float(value))
    return list(families.values())
