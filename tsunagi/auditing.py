"""Verifies the access log of each service's database."""

from collections.abc import Iterable, Iterator
from importlib import import_module

from chassis import config
from chassis.audit import Verdict, verify
from chassis.db import Database

Known = dict[str, tuple[int, str]]


def verdicts(services: Iterable[str], known: Known) -> Iterator[tuple[str, Verdict]]:
    """Yield what is found in each service's log. Raises BadSettings when an address is missing.

    `known` holds, by service, how many rows an earlier look found sealed and the chain's value.
    """
    for service in services:
        url = config.load(service).database_url
        if not url:
            raise config.BadSettings(f"TSUNAGI_DATABASE_URL_{service.upper()} is not set")
        db = Database(url, pool_size=1)
        try:
            with db.begin() as tx:
                metadata = import_module(f"services.{service}.models").metadata
                yield service, verify(tx, metadata, known.get(service))
        finally:
            db.close()
