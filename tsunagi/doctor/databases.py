"""The database of a service: within reach, of this program's shape, writable, at the right time."""

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from chassis import schema
from chassis.db import Database
from chassis.embedded.sqlite import is_sqlite
from tsunagi.doctor import outbox
from tsunagi.doctor.finding import Finding, doubtful, well, wrong
from tsunagi.doctor.place import Place

OLDEST_SERVER = 15
MOST_OFF_S = 5.0
_MIGRATE = "Run `tsunagi migrate`; in containers `docker compose up migrate`."
_WRITABLE = "Name the primary if this is a standby; else take default_transaction_read_only back there."


def database(place: Place, service: str) -> Iterator[Finding]:
    """Look at a service's database and its outbox, with the service's login."""
    url, check = place.database_url(service), f"database {service}"
    if not url:
        return
    missing = _file_fault(url) if is_sqlite(url) else None
    if missing:
        yield wrong(check, *missing)
        return
    db = Database(url, pool_size=1)
    try:
        with db.begin() as tx:
            found = [*_look(tx, service, check), *outbox.waiting(tx, service)]
        yield from found
    except OperationalError:
        yield wrong(check, *_unreachable(url))
    except ProgrammingError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        yield wrong(check, "its login may not read its tables", "Give the address the service's own login.")
    except DatabaseError:
        if not is_sqlite(url):
            raise
        yield wrong(check, *_unreachable(url))
    finally:
        db.close()


def _file_fault(url: str) -> tuple[str, str] | None:
    """Return what is wrong with a database's file, which opening it would make."""
    file = Path(make_url(url).database or "")
    if not file.exists():
        return "there is no file yet", "Start the instance once, or run `tsunagi migrate`."
    if not os.access(file, os.W_OK):
        return "its file is read-only", "Run it as the account that owns the instance's folder."
    return None


def _unreachable(url: str) -> tuple[str, str]:
    known = make_url(url)
    if is_sqlite(url):
        return (
            "its file cannot be used",
            "See that its disk has room and is not failing; else restore a backup.",
        )
    try:
        socket.create_connection((known.host, known.port or 5432), timeout=2).close()
    except OSError:
        return (
            "the server cannot be reached",
            "Start PostgreSQL (`make run PROFILE=node`, `docker compose up postgres`), or correct the"
            " address.",
        )
    return (
        "the server answers, but does not let this login in",
        "See in PostgreSQL's log why; `docker compose up logins` sets logins and passwords again.",
    )


def _look(tx: Connection, service: str, check: str) -> Iterator[Finding]:
    faults: list[Finding] = []
    server = "a file that can be written"
    if tx.dialect.name != "sqlite":
        server, faults = _server(tx, check)
    faults += _shape(tx, service, check)
    yield from faults
    if not faults:
        yield well(check, f"schema {schema.known_to_code(service)[-1]}, {server}")


def _shape(tx: Connection, service: str, check: str) -> list[Finding]:
    fault = schema.fault(tx, service)
    if fault == "schema_missing":
        return [wrong(check, "it has no tables yet", _MIGRATE)]
    if fault == "restore_unfinished":
        return [wrong(check, "a restore was broken off", "Run the same `tsunagi restore` again.")]
    if fault.startswith("schema_older"):
        return [wrong(check, f"it is older than this program ({fault})", _MIGRATE)]
    if fault:
        return [wrong(check, f"it is newer than this program ({fault})", "Start the newer program.")]
    if not schema.is_current(tx, service):
        says = "it is newer than this program, which can still work with it"
        return [doubtful(check, says, "Bring the newer program when you can.")]
    return []


def _server(tx: Connection, check: str) -> tuple[str, list[Finding]]:
    """Return words on the server, and what is wrong with it."""
    number, name, is_read_only = tx.execute(
        text(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
            " current_setting('transaction_read_only') = 'on'"
        )
    ).one()
    off_s = _off(tx)
    faults = [*version_faults(check, number), *clock_faults(check, off_s)]
    if is_read_only:
        faults.append(wrong(check, "it is read-only", _WRITABLE))
    return f"PostgreSQL {name.split()[0]}, takes writes, its clock agrees", faults


def _off(tx: Connection) -> float:
    """Return by how many seconds the server's clock is off at least; asking takes time, too."""
    before = datetime.now(UTC)
    told: datetime = tx.execute(text("SELECT clock_timestamp()")).scalar_one()
    return max((before - told).total_seconds(), (told - datetime.now(UTC)).total_seconds(), 0.0)


def version_faults(check: str, number: int) -> Iterator[Finding]:
    """Yield that a server is too old; `number` is its `server_version_num`, such as 150018."""
    if number // 10_000 < OLDEST_SERVER:
        says = f"PostgreSQL {number // 10_000} is older than {OLDEST_SERVER}"
        yield wrong(check, says, f"Bring PostgreSQL {OLDEST_SERVER} or later, with its data.")


def clock_faults(check: str, off_s: float) -> Iterator[Finding]:
    """Yield that the server's clock is off by more than 5 s."""
    if off_s > MOST_OFF_S:
        says = f"its clock and this machine's are {off_s:.0f} s apart"
        yield wrong(check, says, "Have NTP keep the clocks of both machines.")
