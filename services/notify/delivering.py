"""The loop that sends letters: claim, ask for the address, send, record.

A claim is a lease. Whoever dies between sending and recording leaves it to run out, and the letter
goes once more, with the same Message-ID. What is due for one person at the same time is one letter.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError

from chassis import trace
from contracts.errors import Permanent, Transient
from contracts.notify import NotificationFailed, NotificationSent
from services.notify import links
from services.notify.channels.way import Item, Message, NoServer, Way
from services.notify.news import News
from services.notify.queries import alerts, bundles, deliveries
from services.notify.reaching import after_failure
from services.notify.wishes import URGENT

logger = logging.getLogger(__name__)

TRIED = Counter("notifications_total", "Tries to hand a letter over", ["channel", "outcome"])

# Few, so that a process that is told to stop is done soon.
BATCH = 5
LEASE = timedelta(seconds=60)
# A send may last that long; no send is begun later, since another process may hold the lease then.
LONGEST_SEND_S = 30

# The last pause repeats until the letter is given up.
PAUSES = tuple(timedelta(seconds=s) for s in (10, 30, 120, 600, 1800, 3600))
GIVE_UP_AFTER = timedelta(days=3)

# Of the ids of letters that are about several deliveries.
_LETTERS = UUID("0197b6f0-0000-7000-8000-6c6574746572")


def next_try_at(due_since: datetime, attempts: int, now: datetime) -> datetime | None:
    """Return when a letter is tried again after `attempts` tries, or None when it is given up."""
    if now - due_since >= GIVE_UP_AFTER:
        return None
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    return min(now + pause, due_since + GIVE_UP_AFTER)


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
        until = time.monotonic() + LEASE.total_seconds() - LONGEST_SEND_S
        with self.db.begin() as tx:
            claimed = bundles.claim_due(tx, self.way.name, self.now(), LEASE, BATCH)
        try:
            self._send_all(claimed, until)
        finally:
            self.way.close()
        return bool(claimed)

    def _send_all(self, claimed: list[list[str]], until: float) -> None:
        for number, delivery_ids in enumerate(claimed):
            if time.monotonic() > until:
                return
            try:
                self._deliver(delivery_ids)
            except NoServer as error:
                # This one comes last next time: should the fault be its own, the others are through by then.
                for waiting in (*claimed[number + 1 :], delivery_ids):
                    self._delay_all(waiting, str(error))
                return
            except DBAPIError:
                raise
            except Exception:
                logger.exception("letter_broke", extra={"delivery_id": delivery_ids[0]})
                self._delay_all(delivery_ids, "broke")

    def _deliver(self, delivery_ids: list[str]) -> None:
        with self.db.begin() as tx:
            rows = deliveries.find_queued(tx, delivery_ids)
        if not rows:
            return
        with trace.span("client", f"letter by {rows[0].channel}", trace.kept(rows[0].delivery_id)):
            self._hand_over(rows)

    def _hand_over(self, rows: list[Any]) -> None:
        """Send what is due for one person as one letter, and record that of each."""
        letter_id = _letter_id([row.delivery_id for row in rows])
        try:
            self._send(rows, letter_id)
        except NoServer:
            raise
        except Transient as error:
            self._delay_all([row.delivery_id for row in rows], str(error))
        except Permanent as error:
            for row in rows:
                self._give_up(row, str(error))
        else:
            self._record_sent(rows, letter_id)

    def _send(self, rows: list[Any], letter_id: str) -> None:
        # A letter and the reminder after it are one thing to be told; what is urgent comes first.
        told = sorted({row.alert_id: row for row in rows}.values(), key=lambda row: row.urgency != URGENT)
        message = Message(
            id=letter_id,
            topic=told[0].alert_id if len(told) == 1 else letter_id,
            urgency=told[0].urgency,
            items=tuple(self._item(row) for row in told),
            inbox=f"{self.public_url}/inbox",
            at=self.now(),
        )
        self.way.send(message, rows[0].account_id)

    def _item(self, row: Any) -> Item:
        return Item(row.name or "", "discharge_note", row.code, link=lambda: self._link(row))

    def _link(self, row: Any) -> str:
        with self.db.begin() as tx:
            token = links.make(tx, row.alert_id, row.rung, self.now() + links.LIFE)
        return f"{self.public_url}/r/{token}"

    def _record_sent(self, rows: list[Any], letter_id: str) -> None:
        now, channel = self.now(), rows[0].channel
        with self.db.begin() as tx:
            deliveries.record_sent(tx, [row.delivery_id for row in rows], now, letter_id)
            bundles.count_letter(tx, rows[0].account_id, channel, now)
            self.outbox.add(tx, [NotificationSent.happened(**_about(row), sent_at=now) for row in rows])
        TRIED.labels(channel=channel, outcome="sent").inc()
        logger.info(
            "notification_sent",
            extra={"delivery_id": rows[0].delivery_id, "channel": channel, "count": len(rows)},
        )

    def _delay_all(self, delivery_ids: list[str], reason: str) -> None:
        for delivery_id in delivery_ids:
            self._delay(delivery_id, reason)

    def _delay(self, delivery_id: str, reason: str) -> None:
        now = self.now()
        with self.db.begin() as tx:
            row = next(iter(deliveries.find_queued(tx, [delivery_id])), None)
            if row is None:
                return
            again_at = next_try_at(_due_since(row), row.attempts, now)
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


def _letter_id(delivery_ids: list[str]) -> str:
    """Return the same id for the same deliveries, so that a mailbox can tell a repeat."""
    if len(delivery_ids) == 1:
        return delivery_ids[0]
    return str(uuid5(_LETTERS, ",".join(sorted(delivery_ids))))


def _due_since(row: Any) -> datetime:
    """Return from when on a letter is tried: one that was kept for its reader's wishes begins later."""
    return max(row.queued_at, row.latest_at or row.queued_at)


def _about(row: Any) -> dict[str, Any]:
    return {
        "municipality": row.municipality,
        "episode": row.stay_id or "",
        "delivery_id": row.delivery_id,
        "alert_id": row.alert_id,
        "channel": row.channel,
    }
