"""The inbox: which facts a handler has had. A message may come twice; its effect comes once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from chassis import bulk
from contracts.fact import Envelope


def take_new(tx: Connection, table: Table, handler: str, facts: Sequence[Envelope]) -> list[Envelope]:
    """Note these facts as heard by `handler`; return those that it had not heard, in their order.

    The notes are part of `tx`: if the handler fails they vanish with its other changes.
    """
    now = datetime.now(UTC)
    distinct = {fact.id: fact for fact in facts}
    rows = [{"handler": handler, "fact_id": id, "heard_at": now} for id in sorted(distinct)]
    new = set(_insert(tx, table, rows))
    return [fact for id, fact in distinct.items() if id in new]


def _insert(tx: Connection, table: Table, rows: list[dict[str, Any]]) -> Iterable[str]:
    """Insert `rows`; return the ids of those that were not there."""
    if tx.dialect.name == "sqlite":
        insert, values = sqlite_insert(table).values(rows), None
    else:
        insert, values = bulk.arrays(tx, table, ["handler", "fact_id", "heard_at"], rows)
    found: Iterable[str] = tx.execute(
        insert.on_conflict_do_nothing().returning(table.c.fact_id), values
    ).scalars()
    return found
