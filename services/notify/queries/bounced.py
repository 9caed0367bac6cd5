"""Letters that mail servers have sent back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from services.notify.models import alert, channel_test, daily_letter, delivery
from services.notify.queries.deliveries import log

_row, _daily, _test = delivery.c, daily_letter.c, channel_test.c


def deliveries_in(tx: Connection, letter_id: str) -> list[Any]:
    """Return what a letter told of, each with its alert: one delivery by its own id, or several."""
    # That of several has an id of its own, and an index for it.
    several = (_row.letter_id == letter_id) & (_row.letter_id != _row.delivery_id)
    found = select(delivery, alert.c.municipality, alert.c.stay_id).join(alert)
    return list(tx.execute(found.where(or_(_row.delivery_id == letter_id, several)).order_by(_row.alert_id)))


def fail(tx: Connection, delivery_id: str, now: datetime, reason: str) -> bool:
    """Note that a delivery that was sent has not arrived; False when it is not, or not any more, sent."""
    sent = (_row.delivery_id == delivery_id) & (_row.state == "sent")
    is_first = tx.execute(delivery.update().where(sent).values(state="failed", reason=reason)).rowcount > 0
    if is_first:
        log(tx, [delivery_id], now, "failed", reason)
    return is_first


def daily_in(tx: Connection, letter_id: str) -> Any | None:
    """Return the letter of a day with this id, or None."""
    return tx.execute(select(daily_letter).where(_daily.letter_id == letter_id)).first()


def fail_daily(tx: Connection, letter_id: str, reason: str) -> bool:
    """Note that a letter of a day has not arrived; False when it is not, or not any more, sent."""
    sent = (_daily.letter_id == letter_id) & (_daily.state == "sent")
    return tx.execute(daily_letter.update().where(sent).values(state="failed", reason=reason)).rowcount > 0


def test_in(tx: Connection, letter_id: str) -> Any | None:
    """Return the last test of somebody's, when it went by this letter, or None."""
    return tx.execute(select(channel_test).where(_test.letter_id == letter_id)).first()


def fail_test(tx: Connection, letter_id: str, reason: str) -> bool:
    """Note that a test has not arrived; False when that is known, or a newer one was made."""
    sent = (_test.letter_id == letter_id) & _test.reason.is_(None)
    return tx.execute(channel_test.update().where(sent).values(reason=reason)).rowcount > 0
