"""The requests about one's own channels: what there is, and a test of each."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import ANY_STAFF, decides, reads
from chassis.service import Service
from contracts.channels import CHANNELS, TEST_AGAIN_S, ListChannels, TestChannel
from contracts.errors import Permanent, TooMany, Transient
from services.notify.channels.email import Mailbox
from services.notify.channels.letters import write_test
from services.notify.contacts import address_of
from services.notify.knocking import knock
from services.notify.queries import channel_tests

Row = dict[str, Any]
_PAUSE = timedelta(seconds=TEST_AGAIN_S)


class ChannelRequests(Service):
    """Channels of the caller."""

    @reads(ANY_STAFF, takes=ListChannels)
    def list_channels(self, tx: Connection, request: Row) -> Row:
        """Tell which channels there are and how their last tests went."""
        known = channel_tests.tests_of(tx, self._me)
        return {"channels": [self._channel(name, known.get(name)) for name in CHANNELS]}

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
        # Outside of a transaction: the mail server may take its time.
        reason = self._send_test_letter()
        with self.db.begin() as tx:
            channel_tests.change(tx, self._me, name, reason=reason)
            return self._channel(name, channel_tests.tests_of(tx, self._me)[name])

    def _send_test_letter(self) -> str | None:
        """Return why it could not be sent, or None."""
        if not self.settings.smtp_url:
            return "off"
        mailbox = Mailbox(self.settings.smtp_url, self.settings.mail_from)
        try:
            mailbox.send(write_test(), address_of(self.contact, self._me), new_id(), self.clock.now())
        except (Transient, Permanent) as error:
            return str(error)
        finally:
            mailbox.close()
        return None

    def contact(self, account_id: str) -> Row:
        """Return {"email", "is_active"} of an account, asked at this moment."""
        found: Row = self.calls.ask("accounts", "get_contact", {"account_id": account_id})
        return found

    @property
    def _me(self) -> str:
        return self.caller.account_id or ""

    def _channel(self, name: str, test: Any) -> Row:
        told = {"tested_at": test.tested_at, "reason": test.reason} if test else {}
        is_on = bool(self.settings.smtp_url)
        return {"channel": name, "is_on": is_on, "tested_at": None, "reason": None} | told
