"""Whether a service's database has the shape that this code needs (ADR 14).

Migrations are numbered, and a file's name begins with its number. Each database says, by a mark in
`instance_mark`, which migration a program has to know at least to work on it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from chassis.db import Database

_SERVICES = Path(__file__).parent.parent / "services"
NEEDS = "needs:"
# A database has its rows from a backup, others of the instance may not have theirs yet.
RESTORING = "restoring:"


class RefusesToStart(Exception):
    """The instance is not what its settings say; the message tells what to do."""


def known_to_code(service: str) -> list[str]:
    """Return the numbers of the migrations that this code brings, in order."""
    return sorted(path.name[:4] for path in (_SERVICES / service / "migrations").glob("[0-9]*.py"))


def fault(tx: Connection, service: str) -> str:
    """Return `schema_missing`, `schema_older` or `schema_newer` with the numbers; nothing when all is well.

    `restore_unfinished` is what a restore leaves that was broken off.

    A database that is newer than the code is no fault as long as each migration that the code does not
    know was additive: old processes go on, and may start, while new ones take their places.
    """
    if not inspect(tx).has_table("alembic_version"):
        return "schema_missing"
    if _mark(tx, RESTORING):
        return "restore_unfinished"
    found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return compare(found, _needed(tx), known_to_code(service))


def is_current(tx: Connection, service: str) -> bool:
    """Return whether the database has had every migration of this code, and no other."""
    if not inspect(tx).has_table("alembic_version"):
        return False
    found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return bool(found == known_to_code(service)[-1])


def compare(found: str | None, needed: str, known: Sequence[str]) -> str:
    """Return what is wrong with a database at `found` that needs `needed`, for code with `known`."""
    if found == known[-1]:
        return ""
    if found is None:
        return "schema_missing"
    if found < known[-1]:
        return f"schema_older:{found}<{known[-1]}"
    return "" if needed in known else f"schema_newer:{found}>{known[-1]}"


def faults(db: Database | None, service: str) -> Iterable[str]:
    """Yield the fault with the service's name; a database that is away is another fault's matter."""
    if db is None:
        return
    try:
        with db.begin() as tx:
            found = fault(tx, service)
    except Exception:
        return
    if found:
        yield f"{found}:{service}"


def check(tx: Connection, service: str) -> None:
    """Raise RefusesToStart when this code must not work on the database."""
    found = fault(tx, service)
    if found == "schema_missing":
        raise RefusesToStart(f"the database of {service} has no tables yet: run `tsunagi migrate` first")
    if found == "restore_unfinished":
        raise RefusesToStart(
            f"the database of {service} was restored and others were not yet: run `tsunagi restore` again"
        )
    if found.startswith("schema_older"):
        raise RefusesToStart(
            f"the database of {service} is older than this program ({found}): run `tsunagi migrate` first"
        )
    if found:
        raise RefusesToStart(
            f"the database of {service} is newer than this program ({found}): start the newer program"
        )


def note_migration(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """Have the database need the code of a migration that is not additive, in the migration's transaction.

    Alembic calls this after each step. A migration says `additive = True` when code that does not know
    it works on as before; one that says nothing is not additive.
    """
    if not step.is_upgrade:
        return
    script = step.up_revision
    if getattr(script.module, "additive", False):
        return
    tx = ctx.connection
    tx.execute(text("DELETE FROM instance_mark WHERE mark LIKE :needs"), {"needs": f"{NEEDS}%"})
    mark = {"mark": f"{NEEDS}{script.revision}", "made_at": datetime.now(UTC)}
    tx.execute(text("INSERT INTO instance_mark (mark, made_at) VALUES (:mark, :made_at)"), mark)


def _needed(tx: Connection) -> str:
    return _mark(tx, NEEDS).removeprefix(NEEDS)


def _mark(tx: Connection, kind: str) -> str:
    marks = tx.execute(text("SELECT mark FROM instance_mark WHERE mark LIKE :kind"), {"kind": f"{kind}%"})
    return str(marks.scalar() or "")
