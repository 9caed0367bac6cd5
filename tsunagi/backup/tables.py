"""A service's database as a backup meets it: a transaction, the chassis' tables, asking for many ids."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib import import_module

from sqlalchemy import Column, Connection, Table, create_engine, select
from sqlalchemy.pool import NullPool

from chassis.db import among

BATCH = 1_000


@contextmanager
def transaction(url: str) -> Iterator[Connection]:
    """Give a transaction that is rolled back unless the block commits it."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as tx:
        yield tx


def table(service: str, name: str) -> Table:
    """Return one of a service's tables."""
    found: Table = import_module(f"services.{service}.models").metadata.tables[name]
    return found


def known(tx: Connection, ids: Collection[str], column: Column[str], *more) -> set[str]:  # type: ignore[no-untyped-def]
    """Return which of these ids stand in the column, in rows for which `more` holds."""
    wanted, found = sorted(ids), set()
    for start in range(0, len(wanted), BATCH):
        chosen = among(tx, column, wanted[start : start + BATCH])
        found |= set(tx.execute(select(column).where(chosen, *more)).scalars())
    return found
