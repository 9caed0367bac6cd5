"""That an office has what it was sent, said without signing in. It acknowledges nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.notify.asking import account, office
from services.notify.news import handoff_hint
from services.notify.queries import alerts, deliveries, inbox, links, unreached

LINK, FAX = "link", "fax"


def receive(tx: Connection, row: Any, now: datetime, channel: str) -> dict[str, Any]:
    """Note a receipt of the rung of `row`: its repeats fall silent, later rungs stay. Returns the hint of it.

    `row` is an alert, which is locked, with the `rung` of the link or sheet.
    """
    links.add_receipt(tx, row.alert_id, row.rung, now, channel)
    rung = alerts.plan_of(row).rung(row.rung)
    deliveries.cancel(tx, row.alert_id, now, "received", rung=rung)
    unreached.mark_reached(tx, row.alert_id, now)
    readers = [account(row.from_account_id), office(row.from_office_id)]
    readers += inbox.readers_of(tx, row.alert_id)
    return handoff_hint(readers, row.handoff_id, "received")
