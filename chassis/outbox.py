"""The outbox: facts are saved with the change they tell of, then published (ADR 2).

The rows are also the service's journal, see `chassis.journal`.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import eventlet
import eventlet.queue
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import Connection, Table, func, select

from chassis import trace
from chassis.clock import Clock
from chassis.db import Database, after_commit
from chassis.ids import new_id
from chassis.publish import BatchPublisher, Outgoing
from contracts.fact import NewFact, seal

logger = logging.getLogger(__name__)

BATCH = 100
SWEEP_EVERY_S = 1.0
# Younger rows are still in the relay's memory; the sweep leaves them alone.
SWEEP_OLDER_THAN = timedelta(seconds=2)
_MEMORY = 10_000

PUBLISHED = Counter("outbox_published_total", "Facts published", ["unheard"])
BATCH_SIZE = Histogram("outbox_batch_size", "Facts in one batch", buckets=(1, 2, 5, 10, 20, 50, 100))
UNPUBLISHED = Gauge("outbox_unpublished", "Facts saved and not yet published")
OLDEST_S = Gauge("outbox_oldest_s", "Age of the oldest fact that is not yet published")


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
        tx.execute(self._table.insert(), rows)
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
    left behind. Publishing twice is harmless, since every hearer has an inbox.
    """

    def __init__(self, service: str, db: Database, table: Table, publisher: BatchPublisher) -> None:
        self._exchange = f"{service}.events"
        self._db = db
        self._table = table
        self._publisher = publisher
        self._memory: eventlet.queue.LightQueue = eventlet.queue.LightQueue(_MEMORY)
        self.is_well = True
        self._is_publishing = False

    def take(self, rows: Sequence[dict[str, Any]]) -> None:
        """Publish these committed rows soon. When memory is full the sweep will find them."""
        for row in rows:
            try:
                self._memory.put_nowait((row["id"], row["routing_key"], row["envelope"]))
            except eventlet.queue.Full:
                return

    def run(self) -> None:
        """Publish for ever; an error is logged and the rows are left to the sweep."""
        while True:
            try:
                rows = self._gather()
                self._is_publishing = True
                if rows:
                    self._publish(rows)
                else:
                    while self.sweep() == BATCH:
                        pass
                    self.measure()
                self.is_well = True
            except Exception as error:
                self.is_well = False
                logger.warning("relay_failed", extra={"reason": type(error).__name__})
                eventlet.sleep(SWEEP_EVERY_S)
            finally:
                self._is_publishing = False

    def drain(self, within_s: float = 3.0) -> None:
        """Wait until memory is empty, for a clean stop; what stays behind is swept by the next process."""
        with eventlet.Timeout(within_s, False):
            while not self._memory.empty() or self._is_publishing:
                eventlet.sleep(0.01)

    def _gather(self) -> list[tuple[str, str, dict[str, Any]]]:
        try:
            rows = [self._memory.get(timeout=SWEEP_EVERY_S)]
        except eventlet.queue.Empty:
            return []
        while len(rows) < BATCH and not self._memory.empty():
            rows.append(self._memory.get_nowait())
        return rows

    def sweep(self) -> int:
        """Publish up to one batch of rows that were left behind; returns how many there were."""
        table = self._table
        old = datetime.now(UTC) - SWEEP_OLDER_THAN
        with self._db.begin() as tx:
            rows = tx.execute(
                select(table.c.id, table.c.routing_key, table.c.envelope)
                .where(table.c.published_at.is_(None), table.c.recorded_at < old)
                .order_by(table.c.recorded_at)
                .limit(BATCH)
                # The relay runs in every replica; SKIP LOCKED keeps two from sending the same row.
                .with_for_update(skip_locked=True)
            ).all()
            if rows:
                self._send_and_mark(tx, [tuple(row) for row in rows])
        return len(rows)

    def _publish(self, rows: list[tuple[str, str, dict[str, Any]]]) -> None:
        returned = self._send(rows)
        with self._db.begin() as tx:
            self._mark(tx, rows, returned)

    def _send_and_mark(self, tx: Connection, rows: list[Any]) -> None:
        self._mark(tx, rows, self._send(rows))

    def _send(self, rows: Sequence[Any]) -> set[str]:
        BATCH_SIZE.observe(len(rows))
        batch = [
            Outgoing(id, self._exchange, routing_key, json.dumps(envelope, ensure_ascii=False))
            for id, routing_key, envelope in rows
        ]
        return self._publisher.publish(batch)

    def _mark(self, tx: Connection, rows: Sequence[Any], returned: set[str]) -> None:
        table = self._table
        heard = [row[0] for row in rows if row[0] not in returned]
        for ids, unheard in ((heard, False), (list(returned), True)):
            if ids:
                changed = {"published_at": datetime.now(UTC), **({"unheard": True} if unheard else {})}
                tx.execute(table.update().where(table.c.id.in_(ids)).values(changed))
                PUBLISHED.labels(unheard=str(unheard).lower()).inc(len(ids))

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
