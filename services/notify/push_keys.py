"""The keys by which push services know this instance: a pair for each newest key of the ring."""

from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.key_ring import KeyRing
from services.notify.channels.push_cipher import Pair, new_pair
from services.notify.queries import devices


def present(tx: Connection, ring: KeyRing) -> Any:
    """Return the key for browsers that are registered now; it is made when there is none."""
    found = devices.key_made_with(tx, ring.name)
    if found is None:
        pair, key_id = new_pair(), new_id()
        closed = {"closed": ring.close(pair.private, key_id), "closed_with": ring.name}
        devices.add_key(tx, {"key_id": key_id, "public": pair.public, "made_with": ring.name, **closed})
        found = devices.key_made_with(tx, ring.name)
    return found


def pair_of(ring: KeyRing, row: Any) -> Pair:
    """Return the pair of a device. Raises Unreadable."""
    return Pair(row.public, ring.open(row.closed_key, row.key_id))
