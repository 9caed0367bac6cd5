"""The journal: a service's outbox, from which a hearer's copy can be rebuilt."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, select

from chassis.db import Database
from chassis.publish import BatchPublisher, Outgoing
from chassis.topology import Hearing, hearings, retry_exchange

_BATCH = 100


class Unroutable(Exception):
    """The handler's queue is missing; `published` facts reached it before."""

    def __init__(self, queue: str, published: int) -> None:
        super().__init__(
            f"queue {queue} is missing: run `tsunagi migrate`, then replay again. Before it was missed"
            f" {published} were sent; sent again, the handler skips them."
        )
        self.published = published


def replay(
    journal: Database,
    table: Table,
    hearing: Hearing,
    publisher: BatchPublisher,
    since: datetime | None = None,
) -> int:
    """Publish the journal's facts that `hearing` hears to its queue alone, oldest first; returns how many.

    The ids are the original ones: what the hearer has had already it skips. To rebuild a copy, empty
    the copy and its inbox rows first. Raises Unroutable when the broker has no such queue; a replay may
    be repeated at any time.
    """
    count = 0
    for rows in _pages(journal, table, hearing.fact.routing_key, since):
        exchange = retry_exchange(hearing.hearer).name
        returned = publisher.publish(
            [
                Outgoing(id, exchange, hearing.queue, json.dumps(envelope, ensure_ascii=False))
                for id, envelope in rows
            ]
        )
        count += len(rows) - len(returned)
        if returned:
            raise Unroutable(hearing.queue, count)
    return count


def find(handler: str) -> Hearing:
    """Return the hearing whose queue is called `handler` (`notify.on_discharge_noted`)."""
    for hearing in hearings():
        if hearing.queue == handler:
            return hearing
    raise LookupError(f"no handler is called {handler}; there are {', '.join(h.queue for h in hearings())}")


def _pages(journal: Database, table: Table, routing_key: str, since: datetime | None) -> Iterator[list[Any]]:
    last_at, last_id = since or datetime(2000, 1, 1, tzinfo=UTC), ""
    while True:
        with journal.begin() as tx:
            after = table.c.recorded_at > last_at
            if last_id:
                after |= (table.c.recorded_at == last_at) & (table.c.id > last_id)
            rows = tx.execute(
                select(table.c.id, table.c.envelope, table.c.recorded_at)
                .where(table.c.routing_key == routing_key, after)
                .order_by(table.c.recorded_at, table.c.id)
                .limit(_BATCH)
            ).all()
        if not rows:
            return
        last_at, last_id = rows[-1].recorded_at, rows[-1].id
        yield [(row.id, row.envelope) for row in rows]
