"""From an answer, a recall or a newer note to the end of an alert, on every rung and every channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from services.notify.asking import account
from services.notify.domain import later_end
from services.notify.news import News, handoff_hint
from services.notify.queries import alerts, deliveries, inbox
from services.notify.queries.inbox import NewItem

# What the sender is told of in the own inbox. Recalls and newer notes are the sender's own acts.
TOLD = ("acknowledged", "accepted", "declined", "overdue")


def end_alert(tx: Connection, handoff_id: str, end: str, at: datetime, now: datetime) -> News:
    """End the alert of a handoff: no later rung, no letter that still waits.

    An end that is heard before its note is remembered and wins.
    """
    row = alerts.lock_by_handoff(tx, handoff_id)
    if row is None:
        forgotten = {"alert_id": new_id(), "handoff_id": handoff_id, "ended_as": end, "ended_at": at}
        if alerts.insert_alerts(tx, [forgotten]):
            return News()
        # The note came in this very moment.
        row = alerts.lock_by_handoff(tx, handoff_id)
    assert row is not None
    ended = later_end(row.ended_as, end)
    alerts.change(tx, row.alert_id, ended_as=ended, ended_at=row.ended_at or at, next_at=None)
    deliveries.cancel(tx, row.alert_id, now, end)
    if row.raised_at is None:
        return News()
    readers = inbox.readers_of(tx, row.alert_id)
    news = tell_sender(row._mapping, end, now)
    news.hints += [handoff_hint(readers, handoff_id, ended)] if readers else []
    return news


def tell_sender(row: Any, about: str | None, now: datetime) -> News:
    """Return the item by which the sender learns what became of a handoff."""
    if about not in TOLD:
        return News()
    item = NewItem(
        reader=account(row["from_account_id"]),
        alert_id=row["alert_id"],
        handoff_id=row["handoff_id"],
        kind=inbox.ANSWER,
        office_id=row["from_office_id"],
        arrived_at=now,
        about=about,
        state=about,
    )
    return News(items=[item])
