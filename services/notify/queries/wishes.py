"""What people wish, and the letters that wait for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from chassis.db import among, insert_new
from services.notify.models import alert, delivery, wish
from services.notify.queries.deliveries import QUEUED

WAITS = "waits_for_wish"

_row, _letter, _alert = wish.c, delivery.c, alert.c
_is_kept = and_(_letter.state == QUEUED, _letter.reason == WAITS)


def of(tx: Connection, account_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what these people wish, by account; who wishes nothing is left out."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    found = tx.execute(select(_row.account_id, _row.content).where(among(tx, _row.account_id, wanted)))
    return {row.account_id: row.content for row in found}


def find(tx: Connection, account_id: str) -> Any | None:
    """Return somebody's wishes with when they were changed, or None."""
    return tx.execute(select(wish).where(_row.account_id == account_id)).first()


def save(
    tx: Connection, account_id: str, content: dict[str, Any], now: datetime, office_id: str | None
) -> None:
    """Keep what somebody wishes at an office, in the place of what was wished before."""
    values = {"content": content, "changed_at": now}
    values |= {"digest_at": content["digest_at"], "office_id": office_id}
    if not insert_new(tx, wish, [{"account_id": account_id, **values}], returning=_row.account_id):
        tx.execute(wish.update().where(_row.account_id == account_id).values(values))


def may_wait(tx: Connection, account_id: str) -> list[Any]:
    """Return somebody's letters that nobody has tried to send yet and that may wait; holds them.

    Their alerts are held before, as everybody does, and in their order.
    """
    untried = and_(_letter.state == QUEUED, _letter.attempts == 0, _letter.latest_at.is_not(None))
    mine = and_(untried, _letter.account_id == account_id)
    theirs = select(_alert.alert_id).where(_alert.alert_id.in_(select(_letter.alert_id).where(mine)))
    alert_ids = list(tx.execute(theirs.order_by(_alert.alert_id).with_for_update()).scalars())
    letters = select(delivery).where(mine, among(tx, _letter.alert_id, alert_ids))
    return list(tx.execute(letters.order_by(_letter.delivery_id).with_for_update())) if alert_ids else []


def kept_of(tx: Connection, alert_id: str) -> list[Any]:
    """Return the letters of an alert that wait for what their readers wish. Its row is locked before."""
    kept = select(delivery).where(_letter.alert_id == alert_id, _is_kept)
    return list(tx.execute(kept.order_by(_letter.delivery_id).with_for_update()))


def move(tx: Connection, delivery_id: str, values: dict[str, Any]) -> None:
    """Let a letter that waits go out at another moment."""
    is_waiting = and_(_letter.delivery_id == delivery_id, _letter.state == QUEUED)
    tx.execute(delivery.update().where(is_waiting).values(values))


def are_kept_to(rung: int, now: datetime) -> ColumnElement[bool]:
    """Tell letters to a rung whose wished time has not come yet from all others."""
    return and_(_is_kept, _letter.rung == rung, _letter.next_try_at > now)


def are_kept_for(account_ids: Iterable[str]) -> ColumnElement[bool]:
    """Tell letters to these people that wait for what they wish from all others."""
    return and_(_is_kept, _letter.account_id.in_(sorted(account_ids)))
