"""Who has an alert for an office, and the record of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from chassis.ids import new_id
from services.notify.models import alert, inbox_item, taking
from services.notify.queries.inbox import NOTE


def is_in_inbox(tx: Connection, alert_id: str, reader: str) -> bool:
    """Return whether this reader was asked to answer an alert."""
    item = inbox_item.c
    asked = (item.alert_id == alert_id) & (item.reader == reader) & (item.kind == NOTE)
    return tx.execute(select(item.item_id).where(asked)).first() is not None


def record(
    tx: Connection, row: Any, what: str, office_id: str, actor_id: str, held_by: str | None, now: datetime
) -> None:
    """Write an act down, and who has the alert by that."""
    act = {"taking_id": new_id(), "alert_id": row.alert_id, "office_id": office_id, "what": what}
    tx.execute(taking.insert().values(**act, actor_id=actor_id, held_by=held_by, at=now))
    held = {"held_by": held_by, "held_for_office_id": held_by and office_id, "held_since": held_by and now}
    tx.execute(alert.update().where(alert.c.alert_id == row.alert_id).values(held))


def takings_of(tx: Connection, alert_id: str) -> list[Any]:
    """Return what was done with an alert, oldest first."""
    order = (taking.c.at, taking.c.taking_id)
    return list(tx.execute(select(taking).where(taking.c.alert_id == alert_id).order_by(*order)))


def ask_again(tx: Connection, alert_id: str, reader: str, rung: int) -> None:
    """Let an alert wait for a reader who was asked before: unread, until the ladder is past `rung`."""
    item = inbox_item.c
    asked = (item.alert_id == alert_id) & (item.reader == reader) & (item.kind == NOTE)
    tx.execute(inbox_item.update().where(asked).values(rung=rung, read_at=None))
