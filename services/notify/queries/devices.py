"""Browsers that are told by push, and the keys by which push services know us."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from chassis.db import insert_new
from services.notify.models import device, push_key

_row, _key = device.c, push_key.c


def whose(tx: Connection, account_ids: Iterable[str]) -> set[str]:
    """Return who of these has a device."""
    ids = sorted(account_ids)
    if not ids:
        return set()
    return set(tx.execute(select(_row.account_id).where(_row.account_id.in_(ids))).scalars())


def list_of(tx: Connection, account_id: str) -> list[Any]:
    """Return somebody's devices with the key of each, the one that was reached last first."""
    keys = _key.public, _key.closed.label("closed_key")
    joined = select(device, *keys).join(push_key, _key.key_id == _row.key_id)
    order = func.coalesce(_row.last_sent_at, _row.added_at).desc(), _row.device_id
    return list(tx.execute(joined.where(_row.account_id == account_id).order_by(*order)))


def save(tx: Connection, values: dict[str, Any]) -> None:
    """Keep a device; a browser that is known already belongs to whoever registers it last."""
    remove_endpoint(tx, values["endpoint_hash"])
    tx.execute(device.insert(), values)


def remove_endpoint(tx: Connection, endpoint_hash: str) -> None:
    """Forget the browser at an address, whoever's it is."""
    tx.execute(device.delete().where(_row.endpoint_hash == endpoint_hash))


def remove(tx: Connection, account_id: str, device_id: str) -> bool:
    """Forget one of somebody's devices; False when they have no such."""
    theirs = device.delete().where(_row.account_id == account_id, _row.device_id == device_id)
    return tx.execute(theirs).rowcount > 0


def change(tx: Connection, device_id: str, **values: Any) -> None:
    """Change some columns of one device."""
    tx.execute(device.update().where(_row.device_id == device_id).values(values))


def key_made_with(tx: Connection, ring: str) -> Any | None:
    """Return the key that was made with this ring, or None."""
    return tx.execute(select(push_key).where(_key.made_with == ring)).first()


def add_key(tx: Connection, values: dict[str, Any]) -> None:
    """Keep a new key, unless another process has just made one with the same ring."""
    insert_new(tx, push_key, [values])
