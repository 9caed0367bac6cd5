"""The requests about one's own channels: what there is, in which order, and a test of each."""

from collections import defaultdict
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.loops import every
from chassis.rpc import ANY_STAFF, decides, reads, writes
from chassis.service import Service
from contracts.channels import (
    CHANNELS,
    EMAIL,
    TEST_AGAIN_S,
    Device,
    ListChannels,
    SetChannelOrder,
    TestChannel,
)
from contracts.errors import Invalid, Permanent, TooMany, Transient
from services.notify import push_keys
from services.notify.channels.by_mail import ByMail
from services.notify.channels.by_push import ByPush
from services.notify.channels.email import Mailbox
from services.notify.channels.letters import write_test
from services.notify.channels.return_path import ReturnPath
from services.notify.closing import close_anew, ring_in
from services.notify.contacts import address_of
from services.notify.knocking import knock
from services.notify.queries import channel_tests, devices, ranks

Row = dict[str, Any]
_PAUSE = timedelta(seconds=TEST_AGAIN_S)


class ChannelRequests(Service):
    """Channels of the caller."""

    @reads(ANY_STAFF, takes=ListChannels)
    def list_channels(self, tx: Connection, request: Row) -> Row:
        """Tell which channels there are, in which order, and how their last tests went."""
        return self._channels(tx)

    @writes(ANY_STAFF, takes=SetChannelOrder)
    def set_channel_order(self, tx: Connection, request: Row) -> Row:
        """Tell the caller in this order from the next alert on."""
        orders: dict[str, dict[str, int]] = defaultdict(dict)
        for one in request["ranks"]:
            orders[one["urgency"]][one["channel"]] = one["rank"]
        if empty := [urgency for urgency, order in orders.items() if not any(order.values())]:
            raise Invalid("invalid", {urgency: ["needs_channel"] for urgency in empty})
        ranks.clear(tx, self._me)
        for urgency, order in orders.items():
            ranks.save(tx, self._me, urgency, {channel: rank for channel, rank in order.items() if rank})
        return self._channels(tx)

    @decides(ANY_STAFF, takes=TestChannel)
    def test_channel(self, request: Row) -> Row:
        """Send a test to the caller and tell what became of it."""
        with knock(self._me, "too_fast"):
            return self._tested(request["channel"], self.clock.now())

    def _tested(self, name: str, now: datetime) -> Row:
        with self.db.begin() as tx:
            last = channel_tests.lock(tx, self._me, name, now)
            if last is not None and last <= now < last + _PAUSE:
                left = last + _PAUSE - now
                raise TooMany("too_fast", {"retry_after_s": int(left.total_seconds()) + 1})
            channel_tests.change(tx, self._me, name, tested_at=now, reason=None)
        # Outside of a transaction: the other side may take its time.
        reason = self._reason_of_test(self._send_test_letter if name == EMAIL else self._send_test_notice)
        with self.db.begin() as tx:
            channel_tests.change(tx, self._me, name, reason=reason)
            return self._channel(name, channel_tests.tests_of(tx, self._me)[name])

    def _reason_of_test(self, send: Any) -> str | None:
        """Return why a test could not be sent, or None."""
        try:
            send()
        except (Transient, Permanent) as error:
            return str(error)
        return None

    def _send_test_letter(self) -> None:
        if not self.settings.smtp_url:
            raise Permanent("off")
        mailbox, letter_id, to = self.mailbox(), new_id(), address_of(self.contact, self._me)
        with self.db.begin() as tx:
            channel_tests.change(tx, self._me, EMAIL, letter_id=letter_id)
        try:
            mailbox.send(write_test(to.language), to.email, letter_id, self.clock.now())
        finally:
            mailbox.close()

    def _send_test_notice(self) -> None:
        way = self.by_push()
        if way is None:
            raise Permanent("off")
        way.send_test(self._me)

    @every(60.0)
    def keep_keys(self) -> bool | None:
        """Have a key for browsers, and encrypt with the newest key what an earlier one has encrypted."""
        ring = ring_in(self.settings)
        if ring is None:
            return None
        with self.db.begin() as tx:
            push_keys.present(tx, ring)
            return close_anew(tx, ring) > 0 or None

    def by_mail(self) -> ByMail:
        """Return the channel `email`."""
        return ByMail(self.contact, self.mailbox())

    def mailbox(self) -> Mailbox:
        """Return what hands letters to the mail server."""
        return Mailbox(self.settings.smtp_url, self.settings.mail_from, self.return_path())

    def return_path(self) -> ReturnPath | None:
        """Return where letters go back to, or None where nobody reads that or there are no keys."""
        ring, settings = ring_in(self.settings), self.settings
        if ring is None or not settings.bounce_imap_url:
            return None
        return ReturnPath(settings.bounce_to or parseaddr(settings.mail_from)[1], ring)

    def by_push(self) -> ByPush | None:
        """Return the channel `push`, or None where there are no keys."""
        ring, settings = ring_in(self.settings), self.settings
        if ring is None:
            return None
        return ByPush(
            self.db, ring, self.contact, self.clock.now, settings.public_url, settings.may_move_clock
        )

    def contact(self, account_id: str) -> Row:
        """Return {"email", "is_active", "language"} of an account, asked at this moment."""
        found: Row = self.calls.ask("accounts", "get_contact", {"account_id": account_id})
        return found

    @property
    def _me(self) -> str:
        return self.caller.account_id or ""

    def _channels(self, tx: Connection) -> Row:
        known, ring = channel_tests.tests_of(tx, self._me), ring_in(self.settings)
        key = devices.key_made_with(tx, ring.name) if ring else None
        return {
            "channels": [self._channel(name, known.get(name)) for name in CHANNELS],
            "ranks": [
                {"urgency": urgency, "channel": channel, "rank": rank}
                for (_, urgency), order in ranks.of(tx, [self._me]).items()
                for channel, rank in order.items()
            ],
            "devices": [told(row) for row in devices.list_of(tx, self._me)],
            "push_key": key.public if key else None,
        }

    def _channel(self, name: str, test: Any) -> Row:
        result = {"tested_at": test.tested_at, "reason": test.reason} if test else {}
        is_on = bool(self.settings.smtp_url) if name == EMAIL else ring_in(self.settings) is not None
        return {"channel": name, "is_on": is_on, "tested_at": None, "reason": None} | result


def told(row: Any) -> Row:
    """Return what somebody sees of a device of theirs."""
    return {name: getattr(row, name) for name in Device().fields}
