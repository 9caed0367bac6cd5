"""Notes that become alerts, against the rows they make, written by raw psycopg in batches of 100 notes."""

import time
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from chassis.ids import new_id
from contracts.fact import NewFact
from contracts.sharing import DischargeNoted
from tsunagi import demo_city
from tsunagi.bench import crowd
from tsunagi.bench.counting import Reader
from tsunagi.bench.queued import BATCH, Waiting, taken_per_s
from tsunagi.instance import Instance
from tsunagi.supervisor import Part

NOTES = 5_000
# What is written for a note, and how its rows are found again.
_NEW = "alert_id IN (SELECT alert_id FROM alert WHERE raised_at > %(since)s)"
_TABLES = {
    "inbox": "handler = %(handler)s AND heard_at > %(since)s",
    "alert": "raised_at > %(since)s",
    "inbox_item": _NEW,
    "outbox": "recorded_at > %(since)s",
}

Rows = dict[str, list[tuple[Any, ...]]]


def figures(instance: Instance, part: Part, reader: Reader) -> dict[str, float]:
    """Return alerts per second, and what part of the raw limit that is."""
    since = datetime.now(UTC)
    notes = Waiting("notify", DischargeNoted, _note, NOTES)
    per_s = taken_per_s(instance, part, reader, notes)
    url = instance.database_url("notify").replace("+psycopg", "")
    with psycopg.connect(url) as db:
        rows = {name: _rows(db, name, since, notes.handler) for name in _TABLES}
        raw = _raw_per_s(db, rows)
    return {"alerts_per_s_batch": per_s, "alerts_per_s_raw": raw, "alerts_batch_ratio": per_s / raw}


def _note(number: int) -> NewFact:
    manager = number % 25
    return DischargeNoted.happened(
        municipality=demo_city.CODE,
        handoff_id=new_id(),
        stay_id=crowd.stay_id(number),
        code="BENCH",
        urgency="today",
        from_account_id=crowd.planner_id(manager),
        from_office_id=crowd.hospital_id(manager // crowd.PER_OFFICE),
        to_account_id=crowd.manager_id(manager),
        to_office_id=crowd.care_office_id(manager // crowd.PER_OFFICE),
        desk_id=crowd.desk_id(),
        noted_at=datetime.now(UTC),
    )


def _rows(db: "psycopg.Connection[Any]", name: str, since: datetime, handler: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table as texts, which fit any column again."""
    table = sql.Identifier(name)
    columns = db.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(table)).description or ()
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(each.name)) for each in columns)
    which = sql.SQL(_TABLES[name])  # type: ignore[arg-type]
    chosen = sql.SQL("SELECT {} FROM {} WHERE {}").format(texts, table, which)
    return db.execute(chosen, {"since": since, "handler": handler}).fetchall()


def _raw_per_s(db: "psycopg.Connection[Any]", rows: Rows) -> float:
    """Write these rows into tables of the same shape."""
    for name in rows:
        db.execute(f"CREATE TABLE bench_{name} (LIKE {name} INCLUDING ALL)")  # type: ignore[arg-type]
    db.commit()
    start = time.perf_counter()
    for number in range(NOTES // BATCH):
        with db.cursor() as cursor:
            for name, all_rows in rows.items():
                each = len(all_rows) * BATCH // NOTES
                _insert(cursor, f"bench_{name}", all_rows[number * each : (number + 1) * each])
        db.commit()
    took_s = time.perf_counter() - start
    for name in rows:
        db.execute(f"DROP TABLE bench_{name}")  # type: ignore[arg-type]
    return NOTES / took_s


def _insert(cursor: "psycopg.Cursor[Any]", table: str, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # type: ignore[arg-type]  # noqa: S608
