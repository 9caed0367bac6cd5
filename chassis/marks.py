"""The mark by which a database tells what its rows are: a demonstration's must never serve in earnest."""

from datetime import datetime

from sqlalchemy import Connection, MetaData, select

from chassis.db import insert_new

DEMO = "demo"


def mark_as_demo(tx: Connection, metadata: MetaData, now: datetime) -> None:
    """Mark a service's database as that of a demonstration; a real instance refuses to start on it."""
    insert_new(tx, metadata.tables["instance_mark"], [{"mark": DEMO, "made_at": now}])


def is_demo(tx: Connection, metadata: MetaData) -> bool:
    """Return whether a service's database is a demonstration's."""
    marks = metadata.tables["instance_mark"]
    return tx.execute(select(marks.c.mark).where(marks.c.mark == DEMO)).first() is not None
