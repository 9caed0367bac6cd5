"""How notify stands: whether ladders climb in time and letters go out. Counts only."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, literal_column, not_, or_, select

from chassis.figures import Figure, age_s, first_id_within
from contracts.channels import CHANNELS
from services.notify.channels.email import MAILBOX_BUSY
from services.notify.models import alert, delivery, delivery_log
from services.notify.queries.deliveries import QUEUED
from services.notify.queries.wishes import WAITS

_RECENTLY = timedelta(days=1)
# That many people's mailboxes are not full at the same time.
MANY_MAILBOXES = 5
_is_the_channels = func.coalesce(delivery.c.reason, "") != MAILBOX_BUSY
# Written into the statement, for the partial index.
_FAILED = literal_column("'failed'")


def of_ladders(tx: Connection, now: datetime) -> Iterator[Figure]:
    """Yield how many ladders are open, how many of them nobody answered to the end, and how late one is."""
    is_open = alert.c.ended_as.is_(None)
    numbers = select(func.count(), func.count(alert.c.overdue_at), func.min(alert.c.next_at))
    count, overdue, next_at = tx.execute(numbers.where(is_open)).one()
    yield Figure("alerts_open", "Alerts that nobody has answered yet", count, {})
    yield Figure("alerts_overdue", "Of them those that the desk, too, has let pass", overdue, {})
    yield Figure("ladder_late_s", "How long the next rung of a ladder has been due", age_s(next_at, now), {})


def of_deliveries(tx: Connection, now: datetime) -> Iterator[Figure]:
    """Yield by channel what waits, since when, and what was given up within a day.

    A full mailbox is its owner's. A letter that waits for one does not age here, unless so many people's do
    that it must be the channel's fault.
    """
    row = delivery.c
    # What waits for its reader's wishes is held up by nobody.
    is_held_up = or_(func.coalesce(row.reason, "") != WAITS, row.next_try_at <= now)
    waits = select(
        row.channel,
        func.count(),
        func.min(row.queued_at).filter(is_held_up),
        func.min(row.queued_at).filter(_is_the_channels, is_held_up),
        func.count(row.account_id.distinct()).filter(not_(_is_the_channels)),
    )
    waiting = _by_channel(tx, waits.where(row.state == QUEUED).group_by(row.channel))
    is_recent = delivery_log.c.log_id >= first_id_within(_RECENTLY)
    lost = select(row.channel, func.count()).select_from(delivery_log.join(delivery))
    lost = lost.where(and_(is_recent, delivery_log.c.outcome == _FAILED)).group_by(row.channel)
    failed = _by_channel(tx, lost)
    for channel in sorted({*CHANNELS, *waiting, *failed}):
        labels = {"service": "notify", "channel": channel}
        count, oldest, oldest_of_channel, busy = waiting.get(channel, (0, None, None, 0))
        yield Figure("deliveries_waiting", "Letters that wait to go out", count, labels)
        held_up = oldest if busy >= MANY_MAILBOXES else oldest_of_channel
        yield Figure(
            "delivery_oldest_s", "Age of the oldest that the channel holds up", age_s(held_up, now), labels
        )
        given_up = failed.get(channel, (0,))[0]
        yield Figure("deliveries_failed", "Letters given up within 24 hours", given_up, labels)


def _by_channel(tx: Connection, statement: Any) -> dict[str, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in tx.execute(statement)}
