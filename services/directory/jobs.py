"""Work of the directory that would hold up the hub; `tsunagi work` does it."""

from datetime import date
from typing import Any

from chassis.db import Database
from contracts.errors import Problem
from services.directory.importers import import_file


def import_facilities(db: Database, payload: dict[str, Any]) -> dict[str, Any]:
    """Import the list at `path` and return its report, or {"problem": …} when it is refused as a whole.

    `dry_run` and `as_of` may be given. A file that is refused once is refused always: no new try.
    """
    as_of = payload.get("as_of")
    try:
        report = import_file(
            db.engine.url.render_as_string(hide_password=False),
            payload["path"],
            dry_run=payload.get("dry_run", False),
            as_of=date.fromisoformat(as_of) if as_of else None,
        )
    except Problem as problem:
        return {"problem": problem.to_wire()}
    return report.to_wire()


JOBS = {"import_facilities": import_facilities}
