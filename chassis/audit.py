"""The access log: who did what with whose data. Rows are sealed into a hash chain (ADR 8).

A row is written, unchained, in the transaction of the act that it tells of. A sealer, one per
database, chains committed rows in batches, so that the chain is no lock that all acts wait for.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, exists, func, select, text

from chassis.auth import Caller
from chassis.bulk import change_rows
from chassis.ids import new_id
from chassis.inserting import insert_late

SEAL_BATCH = 500
_START = bytes(32)
# Any fixed number: it names the sealer's advisory lock in its database.
_SEALER_LOCK = 7_451_902


class Audit:
    """Writes access-log rows. One per worker knows its caller, see `by`."""

    def __init__(self, table: Table, caller: Caller | None = None) -> None:
        self._table = table
        self._caller = caller or Caller()

    def by(self, caller: Caller) -> "Audit":
        """Return the log as written on behalf of `caller`."""
        return Audit(self._table, caller)

    def log(
        self,
        tx: Connection,
        *,
        action: str,
        kind: str,
        ids: Iterable[str] = (),
        person_ids: Iterable[str] = (),
    ) -> None:
        """Write one row: `action` (read, list, write, send …) on things of `kind` with these ids."""
        caller = self._caller
        row = {
            "id": new_id(),
            "at": datetime.now(UTC),
            "account_id": caller.account_id,
            "office_id": caller.office_id,
            "role": caller.role,
            "session": caller.session or None,
            "action": action,
            "kind": kind,
            "ids": list(ids),
            "person_ids": list(person_ids),
        }
        insert_late(tx, self._table, [row])


def seal(tx: Connection, metadata: MetaData) -> int:
    """Chain up to a batch of committed rows; returns how many. Only one sealer works at a time."""
    log, seals = metadata.tables["access_log"], metadata.tables["access_seal"]
    if tx.dialect.name == "postgresql":
        locked = tx.execute(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": _SEALER_LOCK})
        if not locked.scalar():
            return 0
    rows = tx.execute(
        select(log).where(log.c.sealed_as.is_(None)).order_by(log.c.at, log.c.id).limit(SEAL_BATCH)
    ).all()
    if not rows:
        return 0
    last = tx.execute(select(seals).order_by(seals.c.number.desc()).limit(1)).first()
    number, chain = (last.number, last.chain) if last else (0, _START)
    new, now = [], datetime.now(UTC)
    for row in rows:
        number, chain = number + 1, link(chain, row)
        new.append({"number": number, "access_id": row.id, "chain": chain, "sealed_at": now})
    insert_late(tx, seals, new)
    change_rows(tx, log, "id", [{"id": seal["access_id"], "sealed_as": seal["number"]} for seal in new])
    return len(rows)


def link(chain: bytes, row: Any) -> bytes:
    """Return the chain's value after `row`."""
    content = [
        row.id,
        row.at.astimezone(UTC).isoformat(),
        row.account_id,
        row.office_id,
        row.role,
        row.session,
        row.action,
        row.kind,
        row.ids,
        row.person_ids,
    ]
    return hashlib.sha256(chain + json.dumps(content, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True)
class Verdict:
    """What `verify` found. `broken_at` is the number of the first seal that does not hold, or None.

    `chain` is the chain's last value that holds, hex: kept elsewhere with `sealed` it is what a later
    look takes as `known`.
    """

    sealed: int
    unsealed: int
    sealed_until: datetime | None
    broken_at: int | None
    chain: str


def verify(tx: Connection, metadata: MetaData, known: tuple[int, str] | None = None) -> Verdict:
    """Recompute the chain from its start. A changed, removed or inserted row breaks it.

    `known` is how many were sealed at an earlier look and the chain's value then: without it, a log
    whose end was taken away, or that was rewritten as a whole, looks like one that never had it.
    """
    log, seals = metadata.tables["access_log"], metadata.tables["access_seal"]
    rows = tx.execute(
        select(seals.c.number, seals.c.chain, seals.c.access_id, log)
        .select_from(seals.outerjoin(log, log.c.id == seals.c.access_id))
        .order_by(seals.c.number)
        .execution_options(yield_per=1000)
    )
    chain, count, broken_at, until = _START, 0, None, None
    for row in rows:
        count += 1
        linked = link(chain, row) if row.id else b""
        is_other = known is not None and known[0] == count and known[1] != linked.hex()
        if row.number != count or row.sealed_as != count or linked != row.chain or is_other:
            broken_at = count
            break
        chain, until = linked, row.at
    # Not by counting: the sealer may go on meanwhile.
    seal_of_row = exists().where(seals.c.number == log.c.sealed_as, seals.c.access_id == log.c.id)
    orphan = select(func.min(log.c.sealed_as)).where(log.c.sealed_as.is_not(None), ~seal_of_row)
    if broken_at is None:
        broken_at = tx.execute(orphan).scalar_one()
    if broken_at is None and known is not None and known[0] > count:
        broken_at = count + 1
    unsealed = tx.execute(select(func.count()).where(log.c.sealed_as.is_(None))).scalar_one()
    return Verdict(count, unsealed, until, broken_at, chain.hex())
