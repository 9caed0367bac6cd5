"""Brings every database and the broker of an instance to the shape of this version."""

import logging
from collections.abc import Callable

from chassis import config, schema, topology
from chassis.db import Database
from tsunagi.parts import SERVICES


class NotMigrated(Exception):
    """Some databases could not be migrated; the message says which and why."""


def migrate(say: Callable[[str], None] = lambda line: None) -> None:
    """Migrate with the settings of the environment.

    A database that cannot be migrated does not hold back the others: NotMigrated comes at the end.
    Raises BadSettings when an address is missing.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = {service: config.load(service) for service in SERVICES}
    missing = [service for service, known in settings.items() if not known.database_url]
    if missing:
        names = ", ".join(f"TSUNAGI_DATABASE_URL_{service.upper()}" for service in missing)
        raise config.BadSettings(f"{names} is not set")
    faults = [_migrate(service, settings[service].database_url, say) for service in SERVICES]
    queues = topology.declare(settings["sharing"].amqp_url, settings["sharing"].retry_delays_s)
    say(f"broker: {len(queues)} queues are there")
    if any(faults):
        raise NotMigrated("; ".join(fault for fault in faults if fault))


def _migrate(service: str, url: str, say: Callable[[str], None]) -> str | None:
    try:
        if not _is_current(service, url):
            # Imported late: most starts have nothing to migrate, and Alembic is large.
            from chassis import migrate as databases

            databases.upgrade(service, url)
    except Exception as error:
        return f"{service}: {type(error).__name__}: {error}"
    say(f"{service}: database is up to date")
    return None


def _is_current(service: str, url: str) -> bool:
    db = Database(url, pool_size=1)
    try:
        with db.begin() as tx:
            return schema.is_current(tx, service)
    finally:
        db.close()
