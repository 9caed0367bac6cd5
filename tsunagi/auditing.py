"""Verifies the access log of each service's database."""

from collections.abc import Iterable, Iterator
from importlib import import_module

from chassis import config
from chassis.audit import Verdict, verify
from chassis.db import Database


def verdicts(services: Iterable[str]) -> Iterator[tuple[str, Verdict]]:
    """Yield what is found in each service's log. Raises BadSettings when an address is missing."""
    for service in services:
        url = config.load(service).database_url
        if not url:
            raise config.BadSettings(f"TSUNAGI_DATABASE_URL_{service.upper()} is not set")
        db = Database(url, pool_size=1)
        try:
            with db.begin() as tx:
                yield service, verify(tx, import_module(f"services.{service}.models").metadata)
        finally:
            db.close()
