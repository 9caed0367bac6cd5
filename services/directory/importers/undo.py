"""Takes the latest import back."""

from itertools import islice
from typing import Any

from sqlalchemy import Connection, select, update

from chassis.clock import Clock
from chassis.db import Database
from chassis.ids import new_id
from chassis.outbox import Outbox
from contracts.errors import Conflict
from services.directory.importers.portion import Portion
from services.directory.importers.run import PORTION
from services.directory.importers.store import Run
from services.directory.models import import_change, import_run, metadata, source


def undo_last(database_url: str, clock: Clock | None = None) -> dict[str, Any]:
    """Restore what the latest import changed; returns {"file_name", "restored", "unlisted"}.

    What it had added is marked as not listed, never deleted: others may refer to it. One
    transaction. Raises Conflict("nothing_to_undo") when the latest import has been undone.
    """
    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            return _undo(tx, clock or Clock())
    finally:
        db.close()


def _undo(tx: Connection, clock: Clock) -> dict[str, Any]:
    latest = _latest(tx)
    if latest is None or latest["undone_at"] is not None:
        raise Conflict("nothing_to_undo")
    id = latest["import_run_id"]
    found = select(import_change).where(import_change.c.import_run_id == id)
    before = {row["facility_service_id"]: row["before"] for row in tx.execute(found).mappings()}
    changes = iter(before.items())
    while part := dict(islice(changes, PORTION)):
        Portion(tx, _undoing(latest, clock)).restore(part)
    done = update(import_run).where(import_run.c.import_run_id == id)
    tx.execute(done.values(undone_at=clock.now()))
    added = sum(earlier is None for earlier in before.values())
    return {"file_name": latest["file_name"], "restored": len(before) - added, "unlisted": added}


def _latest(tx: Connection) -> Any:
    joined = select(import_run, source.c.dataset, source.c.file_name)
    joined = joined.join(source, source.c.source_id == import_run.c.source_id)
    newest = joined.order_by(import_run.c.started_at.desc(), import_run.c.import_run_id.desc()).limit(1)
    return tx.execute(newest).mappings().first()


def _undoing(latest: Any, clock: Clock) -> Run:
    outbox = Outbox("directory", metadata.tables["outbox"], clock)
    return Run(
        new_id(),
        latest["source_id"],
        latest["dataset"],
        clock.now(),
        clock.today().date(),
        outbox,
        is_undoable=False,
    )
