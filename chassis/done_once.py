"""A write is carried out once: its answer is kept under the caller's idempotency key."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from chassis import sealed
from chassis.auth import Caller, body_hash
from chassis.inserting import insert_late
from contracts.errors import Conflict


class DoneOnce:
    """Remembers the answer to a request under its idempotency key, sealed with that key.

    The row is written last, in the same transaction: of two runs at once only one can commit, and
    the other finds its answer here. So the usual case costs one statement.
    """

    def __init__(self, table: Any, caller: Caller, key: str, method: str, request: dict[str, Any]) -> None:
        self._table = table
        self._caller = caller.id
        self._key = key
        self._method = method
        # The role counts too: what somebody was answered in one is not for them in another.
        self._body = body_hash({"role": caller.role, "office_id": caller.office_id, "request": request})

    def record(self, tx: Any, answer: Any) -> None:
        """Have the answer written; the transaction ends with IntegrityError when the key has been used."""
        row = {
            "caller": self._caller,
            "key": sealed.name_of(self._key),
            "method": self._method,
            "body_hash": self._body,
            "answer": sealed.seal(self._key, answer),
            "done_at": datetime.now(UTC),
        }
        insert_late(tx, self._table, [row])

    def recall(self, tx: Any) -> tuple[bool, Any]:
        """Return (True, first answer), or (False, None). Conflict when the key was for something else."""
        table = self._table
        name = sealed.name_of(self._key)
        row = tx.execute(select(table).where(table.c.caller == self._caller, table.c.key == name)).first()
        if row is None:
            return False, None
        if row.method != self._method or bytes(row.body_hash) != self._body:
            raise Conflict("key_reused")
        return True, sealed.unseal(self._key, row.answer)
