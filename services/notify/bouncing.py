"""What follows when a letter comes back: as when it had not been taken, only later.

A report comes twice or late, and somebody may have made it up: only a letter that is "sent" changes, once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

from prometheus_client import Counter
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from contracts.channels import EMAIL
from contracts.fact import NewFact
from contracts.notify import LetterReturned, NotificationFailed
from services.notify.channels import bounces
from services.notify.channels.bounces import Bounce
from services.notify.channels.return_path import ReturnPath
from services.notify.channels.returned_mail import DONE, LATER, OTHERS
from services.notify.delivering import TRIED
from services.notify.news import News
from services.notify.queries import alerts, bounced, deliveries, links
from services.notify.reaching import DEAD, after_failure

logger = logging.getLogger(__name__)

READ = Counter("bounces_read_total", "Mails in the mailbox of bounces, by what they were", ["outcome"])

# A report may overtake the note that its letter was sent.
OVERTAKES = timedelta(minutes=10)


@dataclass
class Returns:
    """Takes reports. `tell` puts the news of a transaction out."""

    db: Any
    outbox: Any
    tell: Callable[[Any, News], None]
    now: Callable[[], datetime]
    by_mail: bool
    path: ReturnPath

    def take(self, mail: Message) -> str:
        """Do what follows from a mail; returns what is to become of it."""
        bounce = bounces.read(mail)
        letter_id = self.path.letter_in(bounce.addresses, bounce.tokens) if bounce else None
        if bounce is None or letter_id is None:
            return _told(OTHERS, "unknown" if bounce else "no_report", None)
        if bounce.reason is None:
            self._note_delay(letter_id)
            return _told(DONE, "delayed", letter_id)
        if self._has_failed(letter_id, bounce.reason):
            return _told(DONE, "failed", letter_id)
        return _told(LATER if _is_young(bounce) else DONE, "nothing_sent", letter_id)

    def _note_delay(self, letter_id: str) -> None:
        now = self.now()
        with self.db.begin() as tx:
            sent = [row for row in bounced.deliveries_in(tx, letter_id) if row.state == "sent"]
            deliveries.log(tx, [row.delivery_id for row in sent], now, "delayed", "mailbox_waits")

    def _has_failed(self, letter_id: str, reason: str) -> bool:
        """Note what was lost with a letter; False when nothing of it was sent as far as is known."""
        with self.db.begin() as tx:
            rows = bounced.deliveries_in(tx, letter_id)
        failed = 0
        for row in rows:
            failed += self._fails(row, reason, [] if failed else self._facts(row, reason))
        if failed:
            TRIED.labels(channel=EMAIL, outcome="returned").inc()
        return failed > 0 or self._has_failed_otherwise(letter_id, reason)

    def _fails(self, row: Any, reason: str, facts: list[NewFact]) -> bool:
        """Note what was lost of one alert; one on which that breaks must not keep the others from it."""
        try:
            return self._fail(row, reason, facts)
        except DBAPIError:
            raise
        except Exception:
            logger.exception("bounce_broke_at", extra={"delivery_id": row.delivery_id})
            return False

    def _fail(self, row: Any, reason: str, facts: list[NewFact]) -> bool:
        now = self.now()
        with self.db.begin() as tx:
            alerts.lock(tx, row.alert_id)
            if not bounced.fail(tx, row.delivery_id, now, reason):
                return False
            about = {"delivery_id": row.delivery_id, "alert_id": row.alert_id, "channel": row.channel}
            place = {"municipality": row.municipality, "episode": row.stay_id or ""}
            failed = NotificationFailed.happened(**place, **about, reason=reason, failed_at=now)
            self.outbox.add(tx, [failed, *facts])
            self.tell(tx, self._what_follows(tx, row, now))
        logger.warning("notification_returned", extra={"delivery_id": row.delivery_id, "reason": reason})
        return True

    def _what_follows(self, tx: Connection, row: Any, now: datetime) -> News:
        # Whoever has pressed a letter's link has it, also when a copy went to an address that is dead.
        if any(receipt.rung == row.rung for receipt in links.receipts_of(tx, row.alert_id)):
            return News()
        return after_failure(tx, row, now, by_mail=self.by_mail)

    def _has_failed_otherwise(self, letter_id: str, reason: str) -> bool:
        """Note that a letter of a day, or a test, was lost."""
        with self.db.begin() as tx:
            row = bounced.daily_in(tx, letter_id)
            if row is not None and bounced.fail_daily(tx, letter_id, reason):
                self.outbox.add(tx, self._facts(row, reason))
                return True
            row = bounced.test_in(tx, letter_id)
            if row is not None and bounced.fail_test(tx, letter_id, reason):
                self.outbox.add(tx, self._facts(row, reason))
                return True
        return False

    def _facts(self, row: Any, reason: str) -> list[NewFact]:
        """Return what accounts are to hear, who know the address: nothing but of a dead mailbox."""
        if reason not in DEAD:
            return []
        sent_at = row.sent_at if "sent_at" in row._fields else row.tested_at
        told = {"account_id": row.account_id, "sent_at": sent_at, "returned_at": self.now()}
        return [LetterReturned.happened(**told)]


def _told(answer: str, outcome: str, letter_id: str | None) -> str:
    READ.labels(outcome=outcome).inc()
    logger.info("bounce_read", extra={"letter_id": letter_id, "outcome": outcome})
    return answer


def _is_young(bounce: Bounce) -> bool:
    # By real time: others have written it. A clock that is ahead must not keep it here for ever.
    return bounce.at is not None and abs(datetime.now(UTC) - bounce.at) < OVERTAKES
