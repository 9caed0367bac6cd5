"""Bus and databases of an embedded instance: whether they are whole, and a new bus from the journals."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from chassis.embedded import rows
from tsunagi import obstacles
from tsunagi.instance import Instance, places
from tsunagi.parts import SERVICES


def check(instance: Instance) -> None:
    """Raise Obstacle when bus or a database cannot be read, or the bus has gone although facts were told."""
    told = [_has_told(file) for file in databases(instance).values() if file.exists()]
    if not rows.is_whole(bus(instance)) or (any(told) and not rows.is_declared(bus(instance))):
        raise obstacles.bus_broken(instance.folder)


def rebuild_bus(instance: Instance) -> int:
    """Make a new bus, to which the journals' facts go again that a hearer lacks; returns how many.

    The old file stays beside it. Nothing of the instance may run. What a bus holds stands in its teller's
    outbox, too, and what was handled in the hearer's inbox. Broken off, it may be repeated: as long as
    the new bus is not there the instance is refused.
    """
    from chassis import config, topology
    from tsunagi.backup.announcing import announce_again
    from tsunagi.backup.tables import transaction

    with ExitStack() as opened:
        urls = {service: instance.database_url(service) for service in SERVICES}
        open_ones = {name: opened.enter_context(transaction(url)) for name, url in urls.items()}
        count = announce_again(open_ones, datetime.now(UTC))
        for tx in open_ones.values():
            tx.commit()
    _put_aside(bus(instance))
    delays = config.load("operator", instance.admin_environment()).retry_delays_s
    topology.declare(instance.amqp_url("admin"), delays)
    return count


def bus(instance: Instance) -> Path:
    """Return the file with what is under way."""
    return places.bus(instance.folder) / "bus.db"


def databases(instance: Instance) -> dict[str, Path]:
    """Return each service's file."""
    return {name: places.database(instance.folder, name) for name in SERVICES}


def _has_told(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as db:
            return _first(db, "SELECT 1 FROM outbox LIMIT 1")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            # No room, no right or no table: others tell that better.
            return False
        raise obstacles.database_broken(file) from error


def _first(db: sqlite3.Connection, statement: str) -> bool:
    return db.execute(statement).fetchone() is not None


def _put_aside(file: Path) -> None:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    for each in _with_journals(file):
        each.rename(each.with_name(f"{each.name}.broken-{stamp}"))


def _with_journals(file: Path) -> Iterator[Path]:
    # The file itself last: as long as it is there this can be repeated.
    for ending in ("-wal", "-shm", ""):
        each = file.with_name(file.name + ending)
        with contextlib.suppress(FileNotFoundError):
            each.lstat()
            yield each
