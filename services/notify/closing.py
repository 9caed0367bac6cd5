"""Addresses and keys that are kept: encrypted, and encrypted anew when there is a newer key."""

from typing import Any

from sqlalchemy import Connection, Table, select

from chassis.key_ring import KeyRing, NoKeys, Unreadable, ring_of
from services.notify.models import device, push_key

KEYS_FILE = "addresses.keys"
_AT_A_TIME = 100
# What is encrypted belongs to its row's id.
_TABLES: dict[Table, Any] = {push_key: push_key.c.key_id, device: device.c.device_id}
NAMES = tuple(table.name for table in _TABLES)


def ring_in(settings: Any) -> KeyRing | None:
    """Return the keys of this service, or None where an earlier version's set-up has made none."""
    try:
        return ring_of(settings.keys / KEYS_FILE)
    except NoKeys:
        return None


def close_anew(tx: Connection, ring: KeyRing, old: KeyRing | None = None) -> int:
    """Encrypt with the ring's newest key what another has encrypted; returns how many there were.

    Some at a time. `old` is the ring that opens them, if that is another. What no key opens stays as it is.
    """
    return sum(_close_some(tx, table, ring, old or ring) for table in _TABLES)


def _close_some(tx: Connection, table: Table, ring: KeyRing, old: KeyRing) -> int:
    after, id = "", _TABLES[table]
    while found := _others(tx, table, ring.name, _AT_A_TIME, after):
        if closed := sum(_close_one(tx, table, row, ring, old) for row in found):
            return closed
        after = getattr(found[-1], id.name)
    return 0


def _close_one(tx: Connection, table: Table, row: Any, ring: KeyRing, old: KeyRing) -> bool:
    id = _TABLES[table]
    owner = getattr(row, id.name)
    try:
        closed = ring.close(old.open(row.closed, owner), owner)
    except Unreadable:
        return False
    tx.execute(table.update().where(id == owner).values(closed=closed, closed_with=ring.name))
    return True


def closed_otherwise(tx: Connection, ring: str, most: int) -> list[Any]:
    """Return some rows that another ring's newest key has encrypted."""
    return [row for table in _TABLES for row in _others(tx, table, ring, most)][:most]


def _others(tx: Connection, table: Table, ring: str, most: int, after: str = "") -> list[Any]:
    id = _TABLES[table]
    statement = select(table).where(table.c.closed_with != ring).order_by(id).limit(most)
    statement = statement.where(id > after) if after else statement
    return list(tx.execute(statement.with_for_update(skip_locked=True)))
