"""Facts through the batch entrypoint, against the same inserts by raw psycopg in batches of 100."""

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import psycopg

from chassis import topology
from chassis.publish import BatchPublisher, Outgoing
from contracts.accounts import OfficeStaffed
from contracts.fact import seal
from tsunagi.bench.counting import Reader
from tsunagi.instance import Instance
from tsunagi.servers.process import ask_to_end, wait_for_end
from tsunagi.supervisor import Part

FACTS = 10_000
BATCH = 100
QUEUE = topology.queue_name("sharing", OfficeStaffed)
HANDLER = topology.handler_name(OfficeStaffed)


def facts_per_s(instance: Instance, part: Part, reader: Reader) -> float:
    """Fill sharing's queue while it is stopped, start it, and time how fast it takes the facts in."""
    ask_to_end(part.process)
    wait_for_end(part.process)
    _fill_queue(instance)
    since = datetime.now(UTC)
    part.launch()
    return _rate(_batches(reader, since))


def _batches(reader: Reader, since: datetime) -> list[tuple[datetime, int]]:
    """Return when each batch was begun and how many facts it had, once all have been taken in."""
    asked = (
        "SELECT heard_at, count(*) FROM inbox "  # noqa: S608 (a constant and a moment)
        f"WHERE handler = '{HANDLER}' AND heard_at > '{since.isoformat()}' "
        "GROUP BY heard_at ORDER BY heard_at"
    )
    until = time.monotonic() + 120
    while time.monotonic() < until:
        # Seldom, since looking costs the database what is measured.
        time.sleep(0.5)
        batches: Any = reader.rows("sharing", asked)
        if sum(count for _, count in batches) >= FACTS:
            return [(at, int(count)) for at, count in batches]
    raise TimeoutError("sharing did not take the facts in")


def _rate(batches: list[tuple[datetime, int]]) -> float:
    """Return facts per second from the beginning of the first batch to that of the last."""
    took = batches[-1][0] - batches[0][0]
    return sum(count for _, count in batches[:-1]) / took.total_seconds()


def _fill_queue(instance: Instance) -> None:
    """Publish to this one queue: what the other hearers do with the fact is not measured here."""
    publisher = BatchPublisher(instance.amqp_url("admin"))
    exchange = topology.retry_exchange("sharing").name
    for _ in range(FACTS // BATCH):
        envelopes = [_fact() for _ in range(BATCH)]
        publisher.publish([Outgoing(each["id"], exchange, QUEUE, json.dumps(each)) for each in envelopes])
    publisher.close()


def _fact() -> dict[str, Any]:
    members = [_member()]
    fact = OfficeStaffed.happened(
        municipality="999997", revision=1, office_id=str(uuid.uuid4()), manager_id=None, members=members
    )
    return seal(fact, id=str(uuid.uuid4()), time=datetime.now(UTC))


def _member() -> dict[str, Any]:
    return {
        "account_id": str(uuid.uuid4()),
        "role": "care_manager",
        "deputy_id": None,
        "is_active": True,
        "away": [],
    }


def raw_per_s(instance: Instance) -> float:
    """Write the same rows into tables of the same shape by bare psycopg, 100 to a transaction."""
    url = instance.database_url("sharing").replace("+psycopg", "")
    members = json.dumps([_member()])
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE bench_inbox (LIKE inbox INCLUDING ALL)")
        db.execute("CREATE TABLE bench_office (LIKE office INCLUDING ALL)")
        db.commit()
        start = time.perf_counter()
        for _ in range(FACTS // BATCH):
            _write_batch(db, members)
        took_s = time.perf_counter() - start
        db.execute("DROP TABLE bench_inbox, bench_office")
    return FACTS / took_s


def _write_batch(db: "psycopg.Connection[Any]", members: str) -> None:
    now, ids = datetime.now(UTC), [uuid.uuid4() for _ in range(BATCH)]
    inbox = "INSERT INTO bench_inbox VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    office = (
        "INSERT INTO bench_office (office_id, revision, members) VALUES (%s, 1, %s) ON CONFLICT DO NOTHING"
    )
    with db.cursor() as cursor:
        cursor.executemany(inbox, [(HANDLER, id, now) for id in ids])
        cursor.executemany(office, [(id, members) for id in ids])
    db.commit()
