"""A look at all databases at one moment, while everybody works on (ADR 23).

Each database is seen by one transaction that reads and nothing else. They begin within milliseconds, and
are taken again when one has heard a fact that another does not know yet: such a fact would tell of
something that the backup has not got, an alert for a handoff that nobody could acknowledge.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.pool import NullPool

from chassis import schema
from chassis.embedded.sqlite import is_sqlite
from chassis.ids import first_id_at
from chassis.topology import handler_name, hearings
from tsunagi.backup.refusal import BackupRefused
from tsunagi.backup.tables import known, table

# Hearers before tellers: what was heard before the one look is then in the journal that the next one sees.
# Notify is heard by sharing and accounts, too, whom it hears: of these a look is taken again when it fails.
ORDER = ("events", "notify", "sharing", "accounts", "directory")

# Longer than a handler takes from noting a fact as heard to its commit, and the looks from each other.
_IN_FLIGHT = timedelta(seconds=60)
# Longer than any transaction lasts from making a fact's id to its commit; undoing an import takes minutes.
_OLDEST = timedelta(days=1)
_PATIENCE_S = 30.0

Snapshots = dict[str, Connection]


@contextmanager
def taken(urls: Mapping[str, str]) -> Iterator[tuple[Snapshots, datetime]]:
    """Give a reading transaction of each database and the time at which the first began."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        began_at = datetime.now(UTC)
        with opened(urls) as looks:
            _check_schemas(looks)
            if is_consistent(looks, began_at):
                yield looks, began_at
                return
        if time.monotonic() > until:
            raise BackupRefused("no moment was found at which all databases agree; try again later")


@contextmanager
def opened(urls: Mapping[str, str]) -> Iterator[Snapshots]:
    """Give a reading transaction of each database, begun as close together as can be."""
    with ExitStack() as looking:
        looks = {service: looking.enter_context(_connected(url)) for service, url in urls.items()}
        for service in ORDER:
            _fix(looks[service])
        yield looks


def is_consistent(looks: Snapshots, began_at: datetime) -> bool:
    """Return whether every fact that was heard lately is in the journal of the service that told it."""
    for hearing in hearings():
        tx, teller = looks[hearing.hearer], looks[hearing.fact.service]
        inbox, outbox = table(hearing.hearer, "inbox"), table(hearing.fact.service, "outbox")
        is_late = inbox.c.heard_at >= began_at - _IN_FLIGHT
        # What is older was committed long before; the index finds the others.
        is_new = inbox.c.fact_id >= first_id_at(began_at - _OLDEST)
        is_its = inbox.c.handler == handler_name(hearing.fact)
        heard = set(tx.execute(select(inbox.c.fact_id).where(is_its, is_new, is_late)).scalars())
        if heard - known(teller, heard, outbox.c.id):
            return False
    return True


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """Give a connection that has seen nothing yet; what the first one costs is paid."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if is_sqlite(url):
        _begin_without_writing(engine)
    how: dict[str, Any] = (
        {} if is_sqlite(url) else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with engine.connect() as connection:
        yield connection.execution_options(**how)


def _fix(tx: Connection) -> None:
    """Have the transaction see this moment: its first statement does it, not its beginning."""
    source = " FROM sqlite_master" if tx.dialect.name == "sqlite" else ""
    tx.exec_driver_sql(f"SELECT 1{source} LIMIT 1")


def _begin_without_writing(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def _check_schemas(looks: Snapshots) -> None:
    missing = [service for service, tx in looks.items() if not inspect(tx).has_table("alembic_version")]
    if missing:
        raise BackupRefused(
            f"the database of {', '.join(missing)} has no tables: there is nothing to back up"
        )
    if any(schema.fault(tx, service) == "restore_unfinished" for service, tx in looks.items()):
        raise BackupRefused("a restore of this instance was not finished: run `tsunagi restore` again first")


def revision(tx: Connection) -> str:
    """Return the number of the last migration that a database has had."""
    return str(tx.execute(text("SELECT version_num FROM alembic_version")).scalar())
