"""Messages to all browsers that somebody has registered."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from chassis.key_ring import KeyRing, Unreadable
from chassis.letters import Letter
from contracts.errors import Permanent, Transient
from services.notify.channels import web_push
from services.notify.channels.letters import write_notice, write_notice_of_several, write_test_notice
from services.notify.channels.way import Message
from services.notify.contacts import Contact, check_active
from services.notify.push_keys import pair_of
from services.notify.queries import devices

logger = logging.getLogger(__name__)


class ByPush:
    """The channel `push`; needs the keys of this service."""

    name = "push"

    def __init__(
        self,
        db: Any,
        ring: KeyRing,
        contact: Contact,
        now: Callable[[], datetime],
        url: str,
        may_be_near: bool,
    ) -> None:
        self._db, self._ring, self._contact, self._now = db, ring, contact, now
        self._url, self._may_be_near = url, may_be_near

    def send(self, message: Message, account_id: str) -> None:
        """Hand a notice to the push service of each browser; it is sent when one has taken it."""
        first, *others = message.items
        make_link = (lambda: message.inbox) if others else first.link
        how = {"topic": message.topic, "urgency": message.urgency}
        self._send(account_id, partial(notice_of, message), make_link, how)

    def send_test(self, account_id: str) -> None:
        """Send a notice about nothing."""
        about = {"topic": "test", "urgency": "urgent"}
        self._send(account_id, write_test_notice, lambda: f"{self._url}/settings", about)

    def close(self) -> None:
        """There is nothing to end: each browser may have another service."""

    def _send(
        self,
        account_id: str,
        write: Callable[[str], Letter],
        make_link: Callable[[], str],
        how: dict[str, str],
    ) -> None:
        chosen = check_active(self._contact, account_id).get("language")
        with self._db.begin() as tx:
            theirs = devices.list_of(tx, account_id)
        if not theirs:
            raise Permanent("no_device")
        link = make_link()
        faults = [self._one(row, write(chosen or row.language), link, how) for row in theirs]
        if None not in faults:
            raise next((fault for fault in faults if isinstance(fault, Transient)), faults[0])

    def _one(self, row: Any, words: Letter, link: str, how: dict[str, str]) -> Transient | Permanent | None:
        """Return why a browser's service has not taken it, or None."""
        try:
            where = web_push.Subscription(**json.loads(self._ring.open(row.closed, row.device_id)))
            pair = pair_of(self._ring, row)
        except Unreadable:
            logger.error("device_unreadable", extra={"device_id": row.device_id})
            return Permanent("push_refused")
        text = web_push.payload(words, link, how["topic"])
        try:
            web_push.send(where, pair, text, **how, sender=self._url, may_be_near=self._may_be_near)
        except (Transient, Permanent) as error:
            self._note(row, str(error))
            return error
        self._note(row, None)
        return None

    def _note(self, row: Any, reason: str | None) -> None:
        with self._db.begin() as tx:
            if reason is None:
                devices.change(tx, row.device_id, last_sent_at=self._now())
            elif reason == web_push.GONE:
                devices.remove(tx, row.account_id, row.device_id)
        logger.info("push_tried", extra={"device_id": row.device_id, "reason": reason})


def notice_of(message: Message, language: str) -> Letter:
    """Return what a browser shows of a message."""
    first, *others = message.items
    if others:
        return write_notice_of_several(language=language, count=len(message.items))
    return write_notice(language=language, office=first.office, kind=first.kind, code=first.code)
