"""The outbox: facts are saved with the change they tell of, then published (ADR 2).

The rows are also the service's journal, see `chassis.journal`.
"""

import json
import logging
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import eventlet
import eventlet.queue
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import Connection, Table, func, select

from chassis import trace
from chassis.clock import Clock
from chassis.db import Database, after_commit, among, insert_late
from chassis.ids import new_id
from chassis.publish import BatchPublisher, Outgoing
from contracts.fact import FACTS, NewFact, seal

logger = logging.getLogger(__name__)

BATCH = 100
SWEEP_EVERY_S = 1.0
MARK_EVERY_S = 0.1
# Younger rows are still in the relay's memory; the sweep leaves them alone.
SWEEP_OLDER_THAN = timedelta(seconds=2)
_MEMORY = 10_000

PUBLISHED = Counter("outbox_published_total", "Facts published", ["unheard"])
BATCH_SIZE = Histogram("outbox_batch_size", "Facts in one batch", buckets=(1, 2, 5, 10, 20, 50, 100))
UNPUBLISHED = Gauge("outbox_unpublished", "Facts saved and not yet published")
OLDEST_S = Gauge("outbox_oldest_s", "Age of the oldest fact that is not yet published")


# Id, routing key and envelope of a fact.
Saved = tuple[str, str, dict[str, Any]]


class Outbox:
    """Saves facts in a transaction and hands them to the relay once it is committed."""

    def __init__(self, service: str, table: Table, clock: Clock, relay: "Relay | None" = None) -> None:
        self._service = service
        self._table = table
        self._clock = clock
        self._relay = relay

    def add(self, tx: Connection, facts: NewFact | Iterable[NewFact]) -> None:
        """Save one fact or several; they are published when, and only when, `tx` is committed."""
        new = [facts] if isinstance(facts, NewFact) else list(facts)
        if not new:
            return
        rows = [self._row(fact) for fact in new]
        insert_late(tx, self._table, rows)
        if self._relay is not None:
            relay = self._relay
            after_commit(tx, lambda: relay.take(rows))

    def _row(self, fact: NewFact) -> dict[str, Any]:
        if fact.kind.service != self._service:
            raise ValueError(f"{self._service} cannot announce {fact.kind.type}")
        id = new_id()
        envelope = seal(fact, id=id, time=self._clock.now(), traceparent=trace.current())
        return {
            "id": id,
            "routing_key": fact.kind.routing_key,
            "envelope": envelope,
            "recorded_at": datetime.now(UTC),
        }


class Relay:
    """Publishes saved facts in batches. Runs in every replica of a service.

    Rows come by memory right after their commit; a sweep finds what a crash or a broken connection
    left behind. What was published is marked a moment later, many rows by one statement. Publishing
    twice is harmless, since every hearer has an inbox.
    """

    def __init__(self, service: str, db: Database, table: Table, publisher: BatchPublisher) -> None:
        self._exchange = f"{service}.events"
        self._db = db
        self._table = table
        self._publisher = publisher
        self._memory: eventlet.queue.LightQueue = eventlet.queue.LightQueue(_MEMORY)
        self._in_memory: set[str] = set()
        # Published and not marked yet, and those of them that no queue took.
        self._unmarked: list[Saved] = []
        self._returned: set[str] = set()
        self._mark_at = self._sweep_at = 0.0
        self.is_well = True
        self._is_publishing = False

    def take(self, rows: Sequence[dict[str, Any]]) -> None:
        """Publish these committed rows soon. When memory is full the sweep will find them."""
        for row in rows:
            try:
                self._memory.put_nowait((row["id"], row["routing_key"], row["envelope"]))
            except eventlet.queue.Full:
                return
            self._in_memory.add(row["id"])

    def run(self) -> None:
        """Publish for ever; an error is logged and the rows are left to the sweep."""
        while True:
            try:
                rows = self._gather()
                self._is_publishing = True
                if rows:
                    self._publish(rows)
                # Also under load, when memory is never empty: what was left behind must not wait for a lull.
                is_sweep_due = time.monotonic() >= self._sweep_at
                if self._unmarked and (is_sweep_due or self._is_marking_due()):
                    self._mark_published()
                if is_sweep_due:
                    self._look_behind()
            except Exception as error:
                self.is_well = False
                logger.warning("relay_failed", extra={"reason": type(error).__name__})
                eventlet.sleep(SWEEP_EVERY_S)
            finally:
                self._is_publishing = False

    def _look_behind(self) -> None:
        count, missing = self._sweep()
        self.is_well = not missing
        if count < BATCH:
            self._sweep_at = time.monotonic() + SWEEP_EVERY_S
            self.measure()

    def drain(self, within_s: float = 3.0) -> None:
        """Wait until memory is empty, for a clean stop; what stays behind is swept by the next process."""
        with eventlet.Timeout(within_s, False):
            while not self._memory.empty() or self._is_publishing or self._unmarked:
                eventlet.sleep(0.01)

    def _gather(self) -> list[Saved]:
        due_at = min(self._mark_at, self._sweep_at) if self._unmarked else self._sweep_at
        try:
            rows = [self._memory.get(timeout=max(0.0, due_at - time.monotonic()))]
        except eventlet.queue.Empty:
            return []
        while len(rows) < BATCH and not self._memory.empty():
            rows.append(self._memory.get_nowait())
        self._in_memory.difference_update(row[0] for row in rows)
        return rows

    def _sweep(self) -> tuple[int, int]:
        """Publish up to one batch of rows that were left behind.

        Returns how many are done with and how many still miss their queue.
        """
        table = self._table
        old = datetime.now(UTC) - SWEEP_OLDER_THAN
        with self._db.begin() as tx:
            rows = tx.execute(
                select(table.c.id, table.c.routing_key, table.c.envelope)
                .where(table.c.published_at.is_(None), table.c.recorded_at < old)
                # First those that were never tried: a queue that is missing must not hold up the others.
                .order_by(table.c.unheard, table.c.recorded_at)
                .limit(BATCH)
                # The relay runs in every replica; SKIP LOCKED keeps two from sending the same row.
                .with_for_update(skip_locked=True)
            ).all()
            left = [tuple(row) for row in rows if row.id not in self._in_memory]
            missing = self._mark(tx, left, self._send(left)) if left else 0
        return len(left) - missing, missing

    def _publish(self, rows: list[Saved]) -> None:
        returned = self._send(rows)
        if not self._unmarked:
            self._mark_at = time.monotonic() + MARK_EVERY_S
        self._unmarked += rows
        self._returned |= returned

    def _is_marking_due(self) -> bool:
        return time.monotonic() >= self._mark_at or len(self._unmarked) >= BATCH

    def _mark_published(self) -> None:
        with self._db.begin() as tx:
            self._mark(tx, self._unmarked, self._returned)
        self._unmarked, self._returned = [], set()

    def _send(self, rows: Sequence[Any]) -> set[str]:
        BATCH_SIZE.observe(len(rows))
        batch = [
            Outgoing(id, self._exchange, routing_key, json.dumps(envelope, ensure_ascii=False))
            for id, routing_key, envelope in rows
        ]
        return self._publisher.publish(batch)

    def _mark(self, tx: Connection, rows: Sequence[Any], returned: set[str]) -> int:
        """Mark what was published; returns how many facts have hearers whose queues are missing.

        Those stay unpublished, since nobody has got them: the sweep tries until the queues are there.
        """
        missing = {id for id, _, envelope in rows if id in returned and _has_hearers(envelope)}
        heard = {row[0] for row in rows} - returned
        for ids, values in (
            (heard, {"published_at": datetime.now(UTC), "unheard": False}),
            (returned - missing, {"published_at": datetime.now(UTC), "unheard": True}),
            (missing, {"unheard": True}),
        ):
            if ids:
                tx.execute(
                    self._table.update().where(among(tx, self._table.c.id, sorted(ids))).values(values)
                )
        PUBLISHED.labels(unheard="false").inc(len(heard))
        PUBLISHED.labels(unheard="true").inc(len(returned - missing))
        if missing:
            logger.error("queue_missing", extra={"exchange": self._exchange, "count": len(missing)})
        return len(missing)

    def measure(self) -> tuple[int, float]:
        """Return how many facts wait and the age of the oldest in seconds; sets the metrics."""
        table = self._table
        with self._db.begin() as tx:
            count, oldest = tx.execute(
                select(func.count(), func.min(table.c.recorded_at)).where(table.c.published_at.is_(None))
            ).one()
        age_s = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        UNPUBLISHED.set(count)
        OLDEST_S.set(age_s)
        return count, age_s


def _has_hearers(envelope: dict[str, Any]) -> bool:
    kind = FACTS.get(envelope["type"])
    return kind is not None and bool(kind.heard_by)
