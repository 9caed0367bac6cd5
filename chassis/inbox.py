"""The inbox: which facts a handler has had. A message may come twice; its effect comes once."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Table

from chassis.inserting import insert_new
from contracts.fact import Envelope


def take_new(tx: Connection, table: Table, handler: str, facts: Sequence[Envelope]) -> list[Envelope]:
    """Note these facts as heard by `handler`; return those that it had not heard, in their order.

    The notes are part of `tx`: if the handler fails they vanish with its other changes.
    """
    now = datetime.now(UTC)
    distinct = {fact.id: fact for fact in facts}
    rows = [{"handler": handler, "fact_id": id, "heard_at": now} for id in sorted(distinct)]
    new = set(insert_new(tx, table, rows, returning=table.c.fact_id))
    return [fact for id, fact in distinct.items() if id in new]
