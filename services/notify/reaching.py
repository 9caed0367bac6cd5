"""What follows when a channel has failed for good: the desk's list, and the next rung at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.notify import ways
from services.notify.asking import account, office
from services.notify.channels.email import BOUNCED, MAILBOX_REFUSED
from services.notify.domain import next_rung
from services.notify.keeping import keep
from services.notify.news import News, handoff_hint
from services.notify.queries import alerts, deliveries, inbox, links, unreached

# Only of these it is sure that waiting is in vain.
DEAD = {MAILBOX_REFUSED, BOUNCED}


def after_failure(tx: Connection, row: Any, now: datetime, *, by_mail: bool) -> News:
    """Return what is told when the delivery `row` was given up; its alert is locked.

    First the next channel of its person is tried. When nobody of its rung was or can still be reached, it is
    the desk's to call about. When a mailbox is dead, waiting for its owner is in vain: the next rung is asked
    at once.
    """
    about = alerts.find(tx, [row.alert_id])[0]
    if not about.ended_as:
        further = ways.next_letters(tx, row, about.urgency, now, by_mail=by_mail)
        deliveries.queue(tx, keep(tx, links.without_repeats(tx, further)))
    if about.ended_as or deliveries.are_any_open_or_sent(tx, row.alert_id, row.rung):
        return News()
    why = deliveries.reasons(tx, row.alert_id, row.rung)
    if why & DEAD and _waits_in_vain(tx, row, about):
        alerts.change(tx, row.alert_id, next_at=now)
    is_new = unreached.add(tx, row.alert_id, row.rung, now)
    told = [handoff_hint([office(about.desk_id)], about.handoff_id, "unreached")]
    return News(hints=told if is_new and why - set(unreached.NO_CHANNEL) else [])


def _waits_in_vain(tx: Connection, row: Any, about: Any) -> bool:
    """Return whether the rung of a delivery has the alert now, and nobody there knows of it or will."""
    plan = alerts.plan_of(about)
    if row.rung != about.current or next_rung(plan) is None:
        return False
    asked = [account(id) for id in sorted({row.account_id, *plan.rung(row.rung).account_ids})]
    return not inbox.is_read_by(tx, row.alert_id, asked) and not deliveries.are_many_refused(tx)
