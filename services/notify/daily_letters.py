"""The loop that sends letters of a day. It is apart from that of deliveries: it delays none of them."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError

from chassis.letters import Letter
from contracts.errors import Permanent, Transient
from services.notify.bursts import SHOWN
from services.notify.channels.email import Mailbox
from services.notify.channels.letters import write_digest, write_list
from services.notify.channels.way import NoServer
from services.notify.contacts import Contact, address_of
from services.notify.daily import DIGEST, ends_at
from services.notify.delivering import LEASE, LONGEST_SEND_S, next_try_at
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
        until = time.monotonic() + self.lease.total_seconds() - LONGEST_SEND_S
        with self.db.begin() as tx:
            claimed = daily.claim_due(tx, self.now(), self.lease, BATCH)
        try:
            self._send_all(claimed, until)
        finally:
            self.mailbox.close()
        return bool(claimed)

    def _send_all(self, claimed: list[Any], until: float) -> None:
        for number, row in enumerate(claimed):
            if time.monotonic() > until:
                return
            try:
                self._deliver(row)
            except NoServer as error:
                # This one comes last next time, as with letters about a note.
                for waiting in (*claimed[number + 1 :], row):
                    self._record(waiting, **self._later(waiting, str(error)))
                return
            except DBAPIError:
                raise
            except Exception:
                logger.exception("daily_letter_broke", extra={"letter_id": row.letter_id})
                self._record(row, **self._later(row, "broke"))

    def _deliver(self, row: Any) -> None:
        with self.db.begin() as tx:
            # Whoever was too slow has lost it to another process by now.
            is_mine = daily.is_claimed(tx, row)
        if is_mine:
            self._record(row, **self._handed_over(row))

    def _handed_over(self, row: Any) -> dict[str, Any]:
        """Send one letter; returns what became of it."""
        over = {"next_try_at": None, "reason": None}
        now = self.now()
        if now > ends_at(row.day):
            return over | {"state": "failed", "reason": "too_late"}
        try:
            to = address_of(self.contact, row.account_id)
            with self.db.begin() as tx:
                letter = write(tx, row, self.public_url, to.language)
            if letter is None:
                return over | {"state": "dropped"}
            self.mailbox.send(letter, to.email, row.letter_id, now)
        except NoServer:
            raise
        except Transient as error:
            return self._later(row, str(error))
        except Permanent as error:
            return over | {"state": "failed", "reason": str(error)}
        return over | {"state": "sent", "sent_at": now}

    def _later(self, row: Any, reason: str) -> dict[str, Any]:
        again_at = next_try_at(row.queued_at, row.attempts, self.now())
        if again_at is None or again_at > ends_at(row.day):
            return {"state": "failed", "next_try_at": None, "reason": reason}
        return {"next_try_at": again_at, "reason": reason}

    def _record(self, row: Any, **values: Any) -> None:
        with self.db.begin() as tx:
            daily.record(tx, row.letter_id, **values)
        told = {"letter_id": row.letter_id, "kind": row.kind, "state": values.get("state", "queued")}
        logger.info("daily_letter_tried", extra=told | {"reason": values["reason"]})


def write(tx: Any, row: Any, public_url: str, language: str) -> Letter | None:
    """Return the letter about what is open at this moment, or None when nothing is."""
    if row.kind == DIGEST:
        count = unanswered.count_of_reader(tx, row.account_id, row.office_id)
        codes = unanswered.codes_of_reader(tx, row.account_id, row.office_id, SHOWN)
        link = f"{public_url}/inbox"
        return write_digest(codes, language=language, count=count, link=link) if count else None
    count = unanswered.count_of_desk(tx, row.office_id)
    codes = unanswered.codes_of_desk(tx, row.office_id, SHOWN)
    link = f"{public_url}/desk/unanswered"
    return write_list(codes, language=language, count=count, link=link) if count else None
