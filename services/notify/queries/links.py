"""Links in letters, and what was received by them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from chassis.db import insert_new
from chassis.ids import new_id
from services.notify.models import alert, delivery, link, office, receipt

_link, _receipt = link.c, receipt.c


def add(tx: Connection, token_hash: str, alert_id: str, rung: int, ends_at: datetime) -> None:
    """Keep a new link."""
    values = {"token_hash": token_hash, "alert_id": alert_id, "rung": rung, "ends_at": ends_at}
    tx.execute(link.insert(), values)


def find(tx: Connection, token_hash: str) -> Any | None:
    """Return a link with its alert, the sending office's name and when its rung was received, or None."""
    return tx.execute(
        select(link, *(c for c in alert.c if c.name != "alert_id"), office.c.name, _receipt.received_at)
        .join(alert, alert.c.alert_id == _link.alert_id)
        .outerjoin(office, office.c.office_id == alert.c.from_office_id)
        .outerjoin(receipt, and_(_receipt.alert_id == _link.alert_id, _receipt.rung == _link.rung))
        .where(_link.token_hash == token_hash)
    ).first()


def use(tx: Connection, row: Any, now: datetime) -> None:
    """Use a link up."""
    tx.execute(link.update().where(_link.token_hash == row.token_hash).values(used_at=now))


def add_receipt(tx: Connection, alert_id: str, rung: int, now: datetime, channel: str) -> None:
    """Keep that a rung was received; the first time counts."""
    new = {"receipt_id": new_id(), "alert_id": alert_id, "rung": rung, "received_at": now}
    insert_new(tx, receipt, [new | {"channel": channel}])


def receipts_of(tx: Connection, alert_id: str) -> list[Any]:
    """Return what offices have received of an alert, by rung."""
    return list(tx.execute(select(receipt).where(_receipt.alert_id == alert_id).order_by(_receipt.rung)))


def without_repeats(tx: Connection, letters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of `letters` that repeat nothing which the office has received already.

    Once the desk, too, has let its time pass, everything is repeated until somebody answers (ADR 9).
    """
    if not letters:
        return []
    told = (
        select(delivery.c.alert_id, delivery.c.rung, delivery.c.account_id)
        .join(receipt, and_(_receipt.alert_id == delivery.c.alert_id, _receipt.rung == delivery.c.rung))
        .join(alert, alert.c.alert_id == delivery.c.alert_id)
        .where(delivery.c.state == "sent", alert.c.overdue_at.is_(None))
    )
    theirs = told.where(delivery.c.alert_id.in_({letter["alert_id"] for letter in letters}))
    quiet = {tuple(row) for row in tx.execute(theirs)}
    return [one for one in letters if (one["alert_id"], one["rung"], one["account_id"]) not in quiet]


def forget_old(tx: Connection, before: datetime) -> None:
    """Drop links that ended before a moment."""
    tx.execute(link.delete().where(_link.ends_at < before))
