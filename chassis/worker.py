"""The worker process: does the services' jobs and tidies their databases. Plain threads, no eventlet."""

import logging
import signal
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from chassis import logs, metrics, plain_http, schema
from chassis.config import BadSettings, load
from chassis.embedded import preparing
from chassis.health import Health, database_faults
from chassis.jobs import ServiceJobs
from chassis.topology import SERVICES

logger = logging.getLogger(__name__)

NAME = "worker"
_PAUSE_S = 0.5


def work() -> None:
    """Do the due jobs of every service until a signal.

    A long job holds up only the jobs behind it. Raises BadSettings when the address of a database is
    missing: what is not known here would never be tidied. Raises RefusesToStart when one has another
    shape than this code needs.
    """
    stopping = _Stop()
    settings = load(NAME)
    logs.set_up(NAME, settings.log_level)
    parts = _parts(timedelta(seconds=settings.job_lease_s))
    if settings.start_after is not None:
        preparing.wait_for(settings.start_after)
    health = Health(lambda: _faults(parts))
    health.is_started = True
    metrics.export(settings, health.faults)
    if settings.health_port:
        plain_http.serve(settings.health_host, settings.health_port, health)
    logger.info("worker_started")
    while not stopping.asked:
        if not any([part.turn() for part in parts]):
            time.sleep(_PAUSE_S)
    logger.info("worker_stopped")


def _parts(lease: timedelta) -> list[ServiceJobs]:
    urls = {service: load(service).database_url for service in SERVICES}
    missing = [f"TSUNAGI_DATABASE_URL_{service.upper()}" for service, url in urls.items() if not url]
    if missing:
        raise BadSettings(f"{', '.join(missing)} is not set")
    return [ServiceJobs(service, url, lease) for service, url in urls.items()]


def _faults(parts: list[ServiceJobs]) -> Iterable[str]:
    for part in parts:
        yield from database_faults(part.db, part.service)
        yield from schema.faults(part.db, part.service)


class _Stop:
    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: Any) -> None:
        self.asked = True
