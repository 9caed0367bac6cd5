"""The loop that sends letters of a day. It is apart from that of deliveries: it delays none of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.errors import Permanent, Transient
from services.notify.bursts import SHOWN
from services.notify.channels.email import Mailbox
from services.notify.channels.letters import Letter, write_digest, write_list
from services.notify.contacts import Contact, address_of
from services.notify.daily import DIGEST, ends_at
from services.notify.delivering import LEASE, next_try_at
from services.notify.queries import daily, unanswered

logger = logging.getLogger(__name__)

BATCH = 5


@dataclass
class DailyCarrier:
    """Sends what is due of the letters of a day."""

    db: Any
    now: Callable[[], datetime]
    contact: Contact
    mailbox: Mailbox
    public_url: str
    lease: timedelta = LEASE

    def send_due(self) -> bool:
        """Send one batch; returns whether there was any."""
        with self.db.begin() as tx:
            claimed = daily.claim_due(tx, self.now(), self.lease, BATCH)
        try:
            for row in claimed:
                self._record(row, **self._handed_over(row))
        finally:
            self.mailbox.close()
        return bool(claimed)

    def _handed_over(self, row: Any) -> dict[str, Any]:
        """Send one letter; returns what became of it."""
        over = {"next_try_at": None, "reason": None}
        now = self.now()
        if now > ends_at(row.day):
            return over | {"state": "failed", "reason": "too_late"}
        with self.db.begin() as tx:
            letter = write(tx, row, self.public_url)
        if letter is None:
            return over | {"state": "dropped"}
        try:
            self.mailbox.send(letter, address_of(self.contact, row.account_id), row.letter_id, now)
        except Transient as error:
            return self._later(row, now, str(error))
        except Permanent as error:
            return over | {"state": "failed", "reason": str(error)}
        return over | {"state": "sent", "sent_at": now}

    def _later(self, row: Any, now: datetime, reason: str) -> dict[str, Any]:
        again_at = next_try_at(row.queued_at, row.attempts + 1, now)
        if again_at is None or again_at > ends_at(row.day):
            return {"state": "failed", "next_try_at": None, "reason": reason}
        return {"next_try_at": again_at, "reason": reason}

    def _record(self, row: Any, **values: Any) -> None:
        with self.db.begin() as tx:
            daily.record(tx, row.letter_id, **values)
        told = {"letter_id": row.letter_id, "kind": row.kind, "state": values.get("state", "queued")}
        logger.info("daily_letter_tried", extra=told | {"reason": values["reason"]})


def write(tx: Any, row: Any, public_url: str) -> Letter | None:
    """Return the letter about what is open at this moment, or None when nothing is."""
    if row.kind == DIGEST:
        count = unanswered.count_of_reader(tx, row.account_id, row.office_id)
        codes = unanswered.codes_of_reader(tx, row.account_id, row.office_id, SHOWN)
        return write_digest(codes, count=count, link=f"{public_url}/inbox") if count else None
    count = unanswered.count_of_desk(tx, row.office_id)
    codes = unanswered.codes_of_desk(tx, row.office_id, SHOWN)
    return write_list(codes, count=count, link=f"{public_url}/desk/unanswered") if count else None
