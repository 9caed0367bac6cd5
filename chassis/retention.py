"""How long what has done its work is kept, and its removal. The worker tidies every hour."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import Counter
from sqlalchemy import Column, MetaData, Table, func, select

from chassis.db import Database
from chassis.ids import first_id_at
from chassis.topology import handler_name, hearings
from contracts.fact import FACTS

# A year can be counted again from the facts of a whole year and a month. Of facts that carry a whole
# state the newest stays, so that a copy of offices can be rebuilt whatever their age.
KEEP_JOURNAL = timedelta(days=400)
# Longer than the journal: a replay sends all that it holds, and what a handler has had it must still know.
KEEP_INBOX = KEEP_JOURNAL + timedelta(days=30)
# A request is repeated within minutes: by the broker, by a page that waits, by somebody who presses again.
KEEP_ANSWERS = timedelta(days=1)
# Whoever started a job asks for its result within days; a failed one is for the operator to see.
KEEP_JOBS = timedelta(days=90)

# Small enough that nobody who works meanwhile waits.
_BATCH = 5_000

TIDIED = Counter("tidied_rows_total", "Rows removed because their time was over", ["service", "table"])


def tidy(db: Database, service: str, metadata: MetaData) -> dict[str, int]:
    """Remove what is old from the tables that every service has; returns how many rows of each."""
    removed: dict[str, int] = {}
    for table, key, is_old in _what_is_old(service, metadata):
        count = _remove(db, table, key, is_old)
        removed[table.name] = removed.get(table.name, 0) + count
        TIDIED.labels(service=service, table=table.name).inc(count)
    return removed


def _what_is_old(service: str, metadata: MetaData) -> Iterator[tuple[Table, Column[Any], Any]]:
    """Yield tables with a key and a condition that an index answers: a fact's id tells when it was made."""
    now = datetime.now(UTC)
    inbox, done, job = (metadata.tables[name] for name in ("inbox", "done_once", "job"))
    yield from _old_facts(service, metadata.tables["outbox"], now - KEEP_JOURNAL)
    for handler in sorted({handler_name(hearing.fact) for hearing in hearings(service)}):
        is_handlers = inbox.c.handler == handler
        yield inbox, inbox.c.fact_id, is_handlers & _made_before(inbox.c.fact_id, now - KEEP_INBOX)
    yield done, done.c.done_at, done.c.done_at < now - KEEP_ANSWERS
    is_finished = job.c.state.in_(("done", "failed"))
    yield job, job.c.id, is_finished & (job.c.finished_at < now - KEEP_JOBS)


def _old_facts(service: str, outbox: Table, before: datetime) -> Iterator[tuple[Table, Column[Any], Any]]:
    states = [fact.routing_key for fact in FACTS.values() if fact.service == service and fact.is_state]
    is_old = _made_before(outbox.c.id, before) & outbox.c.published_at.is_not(None)
    yield outbox, outbox.c.id, is_old & outbox.c.routing_key.not_in(states)
    for routing_key in states:
        yield outbox, outbox.c.id, is_old & outbox.c.id.in_(_outdated(outbox, routing_key))


def _outdated(outbox: Table, routing_key: str) -> Any:
    """Return the ids of the facts that a newer one of the same subject has replaced."""
    newest_first = [outbox.c.envelope["revision"].as_integer().desc().nulls_last(), outbox.c.id.desc()]
    place = func.row_number().over(
        partition_by=outbox.c.envelope["subject"].as_string(), order_by=newest_first
    )
    ranked = select(outbox.c.id, place.label("place")).where(outbox.c.routing_key == routing_key).subquery()
    return select(ranked.c.id).where(ranked.c.place > 1)


def _made_before(id: Column[Any], moment: datetime) -> Any:
    return id < first_id_at(moment)


def _remove(db: Database, table: Table, key: Column[Any], is_old: Any) -> int:
    """Delete in portions of one transaction each."""
    total = 0
    while True:
        portion = select(key).where(is_old).order_by(key).limit(_BATCH)
        with db.begin() as tx:
            count = tx.execute(table.delete().where(is_old, key.in_(portion))).rowcount
        total += count
        if count < _BATCH:
            return total
