"""The tables of the chassis in each service's database, and asking them for many ids."""

from collections.abc import Collection
from importlib import import_module

from sqlalchemy import Column, Connection, Table, select

from chassis.db import among

BATCH = 1_000


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
