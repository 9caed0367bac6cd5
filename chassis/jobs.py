"""CPU work that a service hands to the worker process (`tsunagi work`), as rows that fall due."""

import logging
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from chassis import journal, logs
from chassis.config import load
from chassis.db import Database
from chassis.ids import new_id
from chassis.topology import SERVICES

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
_PAUSE_S = 0.5
KEEP_JOURNAL = timedelta(days=400)
# A request is repeated within minutes: by the broker, by a page that waits, by somebody who presses again.
KEEP_ANSWERS = timedelta(days=1)
_TIDY_EVERY_S = 3600.0

Job = Callable[[Database, dict[str, Any]], dict[str, Any]]


def queue_job(
    tx: Connection, table: Table, kind: str, payload: dict[str, Any], due_at: datetime | None = None
) -> str:
    """Save a job with the change that asks for it; returns its id."""
    id = new_id()
    row = {"id": id, "kind": kind, "payload": payload, "state": "due", "attempts": 0}
    tx.execute(table.insert(), {**row, "due_at": due_at or datetime.now(UTC)})
    return id


def work() -> None:
    """Do the due jobs of every service whose database this process knows, until a signal.

    Plain threads, no eventlet: a long job holds up only the jobs behind it.
    """
    stopping = _Stop()
    logs.set_up("worker", load("worker").log_level)
    desks = [desk for desk in (_Desk.of(service) for service in SERVICES) if desk is not None]
    logger.info("worker_started", extra={"amount": len(desks)})
    while not stopping.asked:
        did = False
        for desk in desks:
            did = desk.turn() or did
        if not did:
            time.sleep(_PAUSE_S)
    logger.info("worker_stopped")


class _Stop:
    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: Any) -> None:
        self.asked = True


class _Desk:
    """The jobs of one service."""

    def __init__(self, service: str, url: str) -> None:
        self.service = service
        self.db = Database(url, pool_size=2)
        metadata = import_module(f"services.{service}.models").metadata
        self.table: Table = metadata.tables["job"]
        self.outbox: Table = metadata.tables["outbox"]
        self.done_once: Table = metadata.tables["done_once"]
        has_jobs = find_spec(f"services.{service}.jobs") is not None
        self.jobs: dict[str, Job] = import_module(f"services.{service}.jobs").JOBS if has_jobs else {}
        self._tidied_at = 0.0

    @classmethod
    def of(cls, service: str) -> "_Desk | None":
        url = load(service).database_url
        return cls(service, url) if url else None

    def turn(self) -> bool:
        """Do one job or some tidying; returns whether there was a job. Errors are logged."""
        try:
            self._tidy()
            job = self._claim()
            if job is not None:
                self._do(job)
            return job is not None
        except Exception as error:
            logger.warning("worker_failed", extra={"service": self.service, "reason": type(error).__name__})
            time.sleep(1)
            return False

    def _claim(self) -> Any:
        now = datetime.now(UTC)
        table = self.table
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
            if job is not None:
                changed = {"state": "running", "leased_until": now + LEASE, "attempts": job.attempts + 1}
                tx.execute(table.update().where(table.c.id == job.id).values(changed))
        return job

    def _do(self, job: Any) -> None:
        started = time.monotonic()
        try:
            result = self.jobs[job.kind](self.db, job.payload)
            self._finish(job, {"state": "done", "result": result})
        except Exception as error:
            logger.exception("job_failed", extra={"job_id": job.id, "kind": job.kind})
            gives_up = job.attempts + 1 >= MOST_ATTEMPTS or job.kind not in self.jobs
            later = datetime.now(UTC) + timedelta(seconds=30 * 2**job.attempts)
            self._finish(
                job,
                {"state": "failed" if gives_up else "due", "due_at": later, "reason": type(error).__name__},
            )
        took_ms = round((time.monotonic() - started) * 1000)
        logger.info("job_finished", extra={"job_id": job.id, "kind": job.kind, "duration_ms": took_ms})

    def _finish(self, job: Any, changed: dict[str, Any]) -> None:
        with self.db.begin() as tx:
            values = {"leased_until": None, "finished_at": datetime.now(UTC), **changed}
            tx.execute(self.table.update().where(self.table.c.id == job.id).values(values))

    def _tidy(self) -> None:
        """Once an hour drop what has outlived its use: old journal rows and remembered answers."""
        if time.monotonic() - self._tidied_at < _TIDY_EVERY_S and self._tidied_at:
            return
        self._tidied_at = time.monotonic()
        journal.forget(self.db, self.outbox, KEEP_JOURNAL)
        with self.db.begin() as tx:
            old = datetime.now(UTC) - KEEP_ANSWERS
            tx.execute(self.done_once.delete().where(self.done_once.c.done_at < old))
