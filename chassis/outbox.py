"""The outbox: facts are saved with the change they tell of, then published (ADR 2).

The rows are also the service's journal, see `chassis.journal`.
"""

import logging
import time
from collections.abc import Iterable, Sequence, Set
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import eventlet
import eventlet.queue
from prometheus_client import Counter
from sqlalchemy import Connection, Table, func, select

from chassis import trace
from chassis.clock import Clock
from chassis.db import Database, after_commit, among, insert_late
from chassis.ids import new_id
from chassis.post import NobodyThere, Post
from chassis.publish import NotConfirmed, Outgoing
from chassis.wire import to_json
from contracts.fact import FACTS, NewFact, seal

logger = logging.getLogger(__name__)

BATCH = 100
SWEEP_EVERY_S = 1.0
MARK_EVERY_S = 0.4
# Younger rows are still in the relay's memory; the sweep leaves them alone.
SWEEP_OLDER_THAN = timedelta(seconds=2)
# Of a queue that does not confirm: each try keeps everybody's post waiting.
_SICK_PAUSE_S = 20.0
_MEMORY = 10_000
_MOST_MARKS = 1_000

PUBLISHED = Counter("outbox_published_total", "Facts published", ["unheard"])


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
        spans = [trace.aside("producer", f"publish {fact.kind.type}") for fact in new]
        rows = [self._row(fact, span) for fact, span in zip(new, spans, strict=True)]
        insert_late(tx, self._table, rows)
        if self._relay is not None:
            relay = self._relay
            after_commit(tx, lambda: relay.take(rows, spans))

    def _row(self, fact: NewFact, span: trace.Span) -> dict[str, Any]:
        if fact.kind.service != self._service:
            raise ValueError(f"{self._service} cannot announce {fact.kind.type}")
        id = new_id()
        envelope = seal(fact, id=id, time=self._clock.now(), traceparent=span.traceparent)
        return {
            "id": id,
            "routing_key": fact.kind.routing_key,
            "envelope": envelope,
            "recorded_at": datetime.now(UTC),
        }


class Relay:
    """Hands saved facts to the post. Runs in every replica of a service.

    Rows come by memory right after their commit; a sweep finds what a crash or a broken connection
    left behind. What was published is marked a moment later, many rows by one statement. Publishing
    twice is harmless, since every hearer has an inbox.
    """

    def __init__(self, service: str, db: Database, table: Table, post: Post) -> None:
        self._exchange = f"{service}.events"
        self._db = db
        self._table = table
        self._post = post
        # On their way, or published and not marked yet.
        self._in_memory: set[str] = set()
        self._published: eventlet.queue.LightQueue = eventlet.queue.LightQueue()
        self._sweep_at = 0.0
        self._is_sick = False
        # The database's version at which nothing was left behind.
        self._clean_at: int | None = None
        self.is_well = True

    def take(self, rows: Sequence[dict[str, Any]], spans: Sequence[trace.Span] = ()) -> None:
        """Publish these committed rows soon. When memory is full the sweep will find them.

        A span lasts from the saving of its fact until the broker has it.
        """
        for number, row in enumerate(rows):
            if len(self._in_memory) >= _MEMORY:
                return
            saved = (row["id"], row["routing_key"], row["envelope"])
            self._in_memory.add(row["id"])
            told = partial(self._told, saved, spans[number] if spans else None)
            self._post.send(self._message(saved), told, is_patient=True)

    def _told(self, saved: Saved, span: trace.Span | None, error: Exception | None) -> None:
        if span is not None:
            # That nobody hears a fact is no fault of its publishing.
            span.end("" if error is None or isinstance(error, NobodyThere) else type(error).__name__)
        if error is None or isinstance(error, NobodyThere):
            self._published.put((saved, error is not None))
        else:
            self._in_memory.discard(saved[0])
            self.is_well = False

    def _message(self, saved: Any) -> Outgoing:
        id, routing_key, envelope = saved
        return Outgoing(id, self._exchange, routing_key, to_json(envelope))

    def run(self) -> None:
        """Mark and sweep for ever; an error is logged and what it hindered comes again."""
        while True:
            try:
                published = self._gather()
                if published:
                    self._mark_published(published)
                # Also under load: what was left behind must not wait for a lull.
                if time.monotonic() >= self._sweep_at:
                    self._look_behind()
            except Exception as error:
                self.is_well, self._clean_at = False, None
                logger.warning("relay_failed", extra={"reason": type(error).__name__})
                eventlet.sleep(SWEEP_EVERY_S)

    def drain(self, within_s: float = 3.0) -> None:
        """Wait until memory is empty, for a clean stop; what stays behind is swept by the next process."""
        with eventlet.Timeout(within_s, False):
            while self._in_memory:
                eventlet.sleep(0.01)

    def _gather(self) -> list[tuple[Saved, bool]]:
        """Return what was published and whether no queue took it, some of it together."""
        try:
            first = self._published.get(timeout=max(0.0, self._sweep_at - time.monotonic()))
        except eventlet.queue.Empty:
            return []
        eventlet.sleep(MARK_EVERY_S)
        published = [first]
        while len(published) < _MOST_MARKS and not self._published.empty():
            published.append(self._published.get_nowait())
        return published

    def _mark_published(self, published: list[tuple[Saved, bool]]) -> None:
        rows = [saved for saved, _ in published]
        try:
            with self._db.begin() as tx:
                self._mark(tx, rows, {saved[0] for saved, is_returned in published if is_returned})
        except BaseException:
            for each in published:
                self._published.put(each)
            raise
        self._in_memory.difference_update(saved[0] for saved in rows)

    def _look_behind(self) -> None:
        seen = self._db.version()
        if seen is None or seen != self._clean_at:
            waiting, _ = self.measure()
            self._is_sick = False
            count, missing = self._sweep() if waiting else (0, 0)
            self.is_well = not missing
            self._clean_at = None if waiting else seen
            if count == BATCH:
                return
        self._sweep_at = time.monotonic() + (_SICK_PAUSE_S if self._is_sick else SWEEP_EVERY_S)

    def _sweep(self) -> tuple[int, int]:
        """Publish up to one batch of rows that were left behind.

        Returns how many are done with and how many still miss their queue.
        """
        table = self._table
        now = datetime.now(UTC)
        # What seems to come is of a time when the clock was wrong.
        is_old = (table.c.recorded_at < now - SWEEP_OLDER_THAN) | (
            table.c.recorded_at > now + SWEEP_OLDER_THAN
        )
        with self._db.begin() as tx:
            rows = tx.execute(
                select(table.c.id, table.c.routing_key, table.c.envelope)
                .where(table.c.published_at.is_(None), is_old)
                # First those that were never tried: a queue that is missing must not hold up the others.
                .order_by(table.c.unheard, table.c.recorded_at)
                .limit(BATCH)
                # The relay runs in every replica; SKIP LOCKED keeps two from sending the same row.
                .with_for_update(skip_locked=True)
            ).all()
            left = [tuple(row) for row in rows if row.id not in self._in_memory]
            hindered = self._post.deliver([self._message(each) for each in left])
            returned = {id for id, error in hindered.items() if isinstance(error, NobodyThere)}
            failed = hindered.keys() - returned
            self._is_sick = any(isinstance(error, NotConfirmed) for error in hindered.values())
            missing = self._mark(tx, [row for row in left if row[0] not in failed], returned)
            # Tried, so that they come last; one that is always refused must not hold up the others.
            self._set(tx, failed, unheard=True)
        return len(left) - missing - len(failed), missing + len(failed)

    def _mark(self, tx: Connection, rows: Sequence[Any], returned: set[str]) -> int:
        """Mark what was published; returns how many facts have hearers whose queues are missing.

        Those stay unpublished, since nobody has got them: the sweep tries until the queues are there.
        """
        missing = {id for id, _, envelope in rows if id in returned and _has_hearers(envelope)}
        heard = {row[0] for row in rows} - returned
        now = datetime.now(UTC)
        self._set(tx, heard, published_at=now, unheard=False)
        self._set(tx, returned - missing, published_at=now, unheard=True)
        self._set(tx, missing, unheard=True)
        PUBLISHED.labels(unheard="false").inc(len(heard))
        PUBLISHED.labels(unheard="true").inc(len(returned - missing))
        if missing:
            logger.error("queue_missing", extra={"exchange": self._exchange, "count": len(missing)})
        return len(missing)

    def _set(self, tx: Connection, ids: Set[str], **values: Any) -> None:
        if ids:
            tx.execute(self._table.update().where(among(tx, self._table.c.id, sorted(ids))).values(values))

    def measure(self) -> tuple[int, float]:
        """Return how many facts wait and the age of the oldest in seconds."""
        table = self._table
        with self._db.begin() as tx:
            count, oldest = tx.execute(
                select(func.count(), func.min(table.c.recorded_at)).where(table.c.published_at.is_(None))
            ).one()
        age_s = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        return count, age_s


def _has_hearers(envelope: dict[str, Any]) -> bool:
    kind = FACTS.get(envelope["type"])
    return kind is not None and bool(kind.heard_by)
