"""CPU work that a service hands to the worker process (`tsunagi work`), as rows that fall due."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from prometheus_client import Counter, Histogram
from sqlalchemy import Connection, Table, or_, select

from chassis import retention, schema
from chassis.db import Database
from chassis.ids import new_id

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
_TIDY_EVERY_S = 3600.0
# Where a database tells of changes: how late a job may be that fell due without one.
_LOOK_AGAIN_S = 5.0

JOBS = Counter("jobs_total", "Jobs that ended, by what became of them", ["kind", "outcome"])
TOOK_S = Histogram("job_seconds", "Time of one job", ["kind"], buckets=(0.1, 1, 5, 15, 60, 300, 600))

Job = Callable[[Database, dict[str, Any]], dict[str, Any]]


def queue_job(
    tx: Connection, table: Table, kind: str, payload: dict[str, Any], due_at: datetime | None = None
) -> str:
    """Save a job with the change that asks for it; returns its id."""
    id = new_id()
    row = {"id": id, "kind": kind, "payload": payload, "state": "due", "attempts": 0}
    tx.execute(table.insert(), {**row, "due_at": due_at or datetime.now(UTC)})
    return id


class ServiceJobs:
    """The jobs of one service, and the tidying of its database."""

    def __init__(self, service: str, url: str, lease: timedelta) -> None:
        self.service = service
        self.db = Database(url, pool_size=2)
        self._lease = lease
        self._metadata = import_module(f"services.{service}.models").metadata
        self._table: Table = self._metadata.tables["job"]
        self._has_jobs = find_spec(f"services.{service}.jobs") is not None
        self._tidy_at = 0.0
        self._is_checked = False
        self._seen: int | None = None
        self._look_at = 0.0

    @cached_property
    def _jobs(self) -> dict[str, Job]:
        # With the first job: its code may be large, and most of the time there is none.
        jobs: dict[str, Job] = import_module(f"services.{self.service}.jobs").JOBS
        return jobs

    def turn(self) -> bool:
        """Do one job or some tidying; returns whether there was a job. Errors are logged.

        Raises RefusesToStart before the first one when the database has another shape.
        """
        try:
            self._check()
            self._tidy()
            job = self._next() if self._has_jobs else None
            if job is not None:
                self._do(job)
            return job is not None
        except schema.RefusesToStart:
            raise
        except Exception as error:
            logger.warning("worker_failed", extra={"service": self.service, "reason": type(error).__name__})
            time.sleep(1)
            return False

    def _check(self) -> None:
        # Not when the process starts: a database that is away must not hold up the others' jobs.
        if not self._is_checked:
            with self.db.begin() as tx:
                schema.check(tx, self.service)
            self._is_checked = True

    def _next(self) -> Any:
        """Return a claimed job, or None; without a look when nothing has changed since there was none."""
        seen = self.db.version()
        if seen is not None and seen == self._seen and time.monotonic() < self._look_at:
            return None
        job = self._claim()
        if job is None:
            self._seen, self._look_at = seen, time.monotonic() + _LOOK_AGAIN_S
        return job

    def _claim(self) -> Any:
        """Return a job that is due, or whose worker has vanished, as ours for the time of a lease."""
        now = datetime.now(UTC)
        table = self._table
        is_due = (table.c.state == "due") & (table.c.due_at <= now)
        is_abandoned = (table.c.state == "running") & (table.c.leased_until < now)
        with self.db.begin() as tx:
            job = tx.execute(
                select(table)
                .where(or_(is_due, is_abandoned))
                .order_by(table.c.due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if job is not None and job.attempts < MOST_ATTEMPTS:
                changed = {
                    "state": "running",
                    "leased_until": now + self._lease,
                    "attempts": job.attempts + 1,
                }
                tx.execute(table.update().where(table.c.id == job.id).values(changed))
                return job
        if job is not None:
            # It has never come to its end: whatever kills its workers must not go on killing them.
            self._finish(job, job.attempts, {"state": "failed", "reason": "worker_vanished"})
        return None

    def _do(self, job: Any) -> None:
        started = time.monotonic()
        attempt = job.attempts + 1
        try:
            result = self._jobs[job.kind](self.db, job.payload)
            self._finish(job, attempt, {"state": "done", "result": result})
        except Exception as error:
            logger.exception("job_failed", extra={"job_id": job.id, "kind": job.kind})
            gives_up = attempt >= MOST_ATTEMPTS or job.kind not in self._jobs
            later = datetime.now(UTC) + timedelta(seconds=30 * 2**job.attempts)
            state = "failed" if gives_up else "due"
            self._finish(job, attempt, {"state": state, "due_at": later, "reason": type(error).__name__})
        took_s = time.monotonic() - started
        TOOK_S.labels(kind=job.kind).observe(took_s)
        extra = {"job_id": job.id, "kind": job.kind, "attempt": attempt, "duration_ms": round(took_s * 1000)}
        logger.info("job_finished", extra=extra)

    def _finish(self, job: Any, attempt: int, changed: dict[str, Any]) -> None:
        """Note the end of this attempt, unless another worker has begun a later one meanwhile."""
        values = {"leased_until": None, "finished_at": datetime.now(UTC), **changed}
        is_mine = (self._table.c.id == job.id) & (self._table.c.attempts == attempt)
        with self.db.begin() as tx:
            tx.execute(self._table.update().where(is_mine).values(values))
        JOBS.labels(kind=job.kind, outcome=changed["state"]).inc()

    def _tidy(self) -> None:
        if time.monotonic() < self._tidy_at:
            return
        # Also after a failure: what cannot be tidied now must not hold up jobs.
        self._tidy_at = time.monotonic() + _TIDY_EVERY_S
        removed = retention.tidy(self.db, self.service, self._metadata)
        logger.info("tidied", extra={"service": self.service, "counts": removed})
