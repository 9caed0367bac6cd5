"""What follows when a channel has failed for good: the desk's list, and the next rung at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.notify.asking import office
from services.notify.domain import next_rung
from services.notify.news import News, handoff_hint
from services.notify.queries import alerts, deliveries, unreached

# There was no channel to fail. Whoever has none relies on the inbox, so the rung keeps its time.
NO_CHANNEL = ("no_address", "suspended", "unknown_account")


def after_failure(tx: Connection, row: Any, now: datetime) -> News:
    """Return what is told when the delivery `row` was given up; its alert is locked.

    When nobody of its rung was or can still be reached, the desk has it on its list. When a channel that
    somebody relies on is dead, waiting for them is in vain: the next rung is asked at once.
    """
    about = alerts.find(tx, [row.alert_id])[0]
    if about.ended_as or deliveries.are_any_open_or_sent(tx, row.alert_id, row.rung):
        return News()
    is_asked_now = row.rung == about.current and next_rung(alerts.plan_of(about)) is not None
    if is_asked_now and deliveries.reasons(tx, row.alert_id, row.rung) - set(NO_CHANNEL):
        alerts.change(tx, row.alert_id, next_at=now)
    is_new = unreached.add(tx, row.alert_id, row.rung, now)
    told = [handoff_hint([office(about.desk_id)], about.handoff_id, "unreached")]
    return News(hints=told if is_new else [])
