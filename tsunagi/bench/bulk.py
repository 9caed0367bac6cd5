"""Facts through the batch entrypoint, against the same inserts by raw psycopg in batches of 100."""

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import psycopg

from contracts.accounts import OfficeStaffed
from contracts.fact import NewFact
from tsunagi.bench.queued import BATCH, Waiting

FACTS = 10_000


def _fact(_number: int) -> NewFact:
    return OfficeStaffed.happened(
        municipality="999997",
        revision=1,
        office_id=str(uuid.uuid4()),
        manager_id=None,
        members=[_member()],
    )


def _member() -> dict[str, Any]:
    return {
        "account_id": str(uuid.uuid4()),
        "role": "care_manager",
        "deputy_id": None,
        "is_active": True,
        "away": [],
    }


STAFF = Waiting("sharing", OfficeStaffed, _fact, FACTS)


def raw_per_s(url: str) -> float:
    """Write the same rows into tables of the same shape by bare psycopg, 100 to a transaction."""
    members = json.dumps([_member()])
    with psycopg.connect(url.replace("+psycopg", "")) as db:
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
        cursor.executemany(inbox, [(STAFF.handler, id, now) for id in ids])
        cursor.executemany(office, [(id, members) for id in ids])
    db.commit()
