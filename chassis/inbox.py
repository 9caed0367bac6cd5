"""The inbox: which facts a handler has had. A message may come twice; its effect comes once."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from contracts.fact import Envelope


def take_new(tx: Connection, table: Table, handler: str, facts: Sequence[Envelope]) -> list[Envelope]:
    """Note these facts as heard by `handler`; return those that it had not heard, in their order.

    The notes are part of `tx`: if the handler fails they vanish with its other changes.
    """
    now = datetime.now(UTC)
    distinct = {fact.id: fact for fact in facts}
    insert = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    rows = [{"handler": handler, "fact_id": id, "heard_at": now} for id in sorted(distinct)]
    statement = insert(table).values(rows).on_conflict_do_nothing().returning(table.c.fact_id)
    new = set(tx.execute(statement).scalars())
    return [fact for id, fact in distinct.items() if id in new]
