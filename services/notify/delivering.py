"""The loop that sends letters: claim, ask for the address, send, record.

A claim is a lease. Whoever dies between sending and recording leaves it to run out, and the letter
goes once more, with the same Message-ID.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError

from chassis import trace
from contracts.errors import Permanent, Transient
from contracts.notify import NotificationFailed, NotificationSent
from services.notify import links
from services.notify.channels.way import Message, NoServer, Way
from services.notify.news import News
from services.notify.queries import alerts, deliveries
from services.notify.reaching import after_failure

logger = logging.getLogger(__name__)

TRIED = Counter("notifications_total", "Tries to hand a letter over", ["channel", "outcome"])

# Few, so that a process that is told to stop is done soon.
BATCH = 5
LEASE = timedelta(seconds=60)
# A send may last that long; no send is begun later, since another process may hold the lease then.
_LONGEST_SEND_S = 30

# The last pause repeats until the letter is given up.
PAUSES = tuple(timedelta(seconds=s) for s in (10, 30, 120, 600, 1800, 3600))
GIVE_UP_AFTER = timedelta(days=3)


def next_try_at(queued_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """Return when a letter is tried again after `attempts` tries, or None when it is given up."""
    if now - queued_at >= GIVE_UP_AFTER:
        return None
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    return min(now + pause, queued_at + GIVE_UP_AFTER)


@dataclass
class Carrier:
    """Sends what is due by one channel. `tell` puts the news of a transaction out."""

    db: Any
    outbox: Any
    tell: Callable[[Any, News], None]
    now: Callable[[], datetime]
    way: Way
    by_mail: bool
    public_url: str

    def send_due(self) -> bool:
        """Send one batch of letters that are due; returns whether there were any."""
        until = time.monotonic() + LEASE.total_seconds() - _LONGEST_SEND_S
        with self.db.begin() as tx:
            claimed = deliveries.claim_due(tx, self.way.name, self.now(), LEASE, BATCH)
        try:
            self._send_all(claimed, until)
        finally:
            self.way.close()
        return bool(claimed)

    def _send_all(self, claimed: list[str], until: float) -> None:
        for number, delivery_id in enumerate(claimed):
            if time.monotonic() > until:
                return
            try:
                self._deliver(delivery_id)
            except NoServer as error:
                # This one comes last next time: should the fault be its own, the others are through by then.
                for waiting in (*claimed[number + 1 :], delivery_id):
                    self._delay(waiting, str(error))
                return
            except DBAPIError:
                raise
            except Exception:
                logger.exception("letter_broke", extra={"delivery_id": delivery_id})
                self._delay(delivery_id, "broke")

    def _deliver(self, delivery_id: str) -> None:
        with self.db.begin() as tx:
            row = deliveries.find_queued(tx, delivery_id)
        if row is None:
            return
        with trace.span("client", f"letter by {row.channel}", trace.kept(delivery_id)):
            self._hand_over(row)

    def _hand_over(self, row: Any) -> None:
        delivery_id = row.delivery_id
        try:
            self._send(row)
        except NoServer:
            raise
        except Transient as error:
            self._delay(delivery_id, str(error))
        except Permanent as error:
            self._give_up(row, str(error))
        else:
            self._record_sent(row)

    def _send(self, row: Any) -> None:
        message = Message(
            id=row.delivery_id,
            topic=row.alert_id,
            urgency=row.urgency,
            office=row.name or "",
            kind="discharge_note",
            code=row.code,
            link=lambda: self._link(row),
            at=self.now(),
        )
        self.way.send(message, row.account_id)

    def _link(self, row: Any) -> str:
        with self.db.begin() as tx:
            token = links.make(tx, row.alert_id, row.rung, self.now())
        return f"{self.public_url}/r/{token}"

    def _record_sent(self, row: Any) -> None:
        now = self.now()
        with self.db.begin() as tx:
            deliveries.record_sent(tx, row.delivery_id, now)
            self.outbox.add(tx, NotificationSent.happened(**_about(row), sent_at=now))
        TRIED.labels(channel=row.channel, outcome="sent").inc()
        logger.info("notification_sent", extra={"delivery_id": row.delivery_id, "channel": row.channel})

    def _delay(self, delivery_id: str, reason: str) -> None:
        now = self.now()
        with self.db.begin() as tx:
            row = deliveries.find_queued(tx, delivery_id)
            if row is None:
                return
            again_at = next_try_at(row.queued_at, row.attempts, now)
            if again_at is not None:
                deliveries.record_delayed(tx, delivery_id, now, again_at, reason)
        if again_at is None:
            self._give_up(row, reason)
        else:
            TRIED.labels(channel=row.channel, outcome="delayed").inc()
        logger.info("notification_delayed", extra={"delivery_id": delivery_id, "reason": reason})

    def _give_up(self, row: Any, reason: str) -> None:
        now = self.now()
        with self.db.begin() as tx:
            alerts.lock(tx, row.alert_id)
            if deliveries.record_failed(tx, row.delivery_id, now, reason):
                failed = NotificationFailed.happened(**_about(row), reason=reason, failed_at=now)
                self.outbox.add(tx, failed)
                self.tell(tx, after_failure(tx, row, now, by_mail=self.by_mail))
        TRIED.labels(channel=row.channel, outcome="failed").inc()
        logger.warning("notification_failed", extra={"delivery_id": row.delivery_id, "reason": reason})


def _about(row: Any) -> dict[str, Any]:
    return {
        "municipality": row.municipality,
        "episode": row.stay_id or "",
        "delivery_id": row.delivery_id,
        "alert_id": row.alert_id,
        "channel": row.channel,
    }
