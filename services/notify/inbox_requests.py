"""The requests about inboxes: what is in them, who takes what, what is read."""

from typing import Any

from chassis.rpc import reads, writes
from chassis.service import Service
from contracts import holding as asks
from contracts.notify import ListInbox, MarkRead
from services.notify import answers, asking, taking
from services.notify.holding import ANSWERING
from services.notify.news import News
from services.notify.queries import alerts, inbox

Row = dict[str, Any]
_ANSWERING = tuple(sorted(ANSWERING))


class InboxRequests(Service):
    """Inboxes of the caller and of the caller's office."""

    @reads("*", takes=ListInbox)
    def list_inbox(self, tx: Any, request: Row) -> Row:
        """Return what waits for me, or for the office in which I act, and what is done."""
        office_id = self.caller.office_id
        reader = self._readers[0] if request["whose"] == "me" else self._readers[-1]
        rows = inbox.list_items(
            tx,
            reader,
            office_id,
            after_seq=request["after_seq"],
            offset=(request["page"] - 1) * request["page_size"],
            limit=request["page_size"],
        )
        waiting, unread = inbox.count_items(tx, reader, office_id)
        return {
            "items": [answers.inbox_item(row, alerts.plan_of(row), self.caller) for row in rows],
            "waiting": waiting,
            "unread": unread,
            "last_seq": inbox.last_seq(tx, reader),
        }

    @writes("*", takes=MarkRead)
    def mark_read(self, tx: Any, request: Row) -> Row:
        """Note that the caller has read what the inbox holds about a handoff."""
        inbox.mark_read(tx, request["handoff_id"], self._readers, self.clock.now())
        return {}

    @reads(*_ANSWERING, takes=asks.GetHolding)
    def get_holding(self, tx: Any, request: Row) -> Row:
        """Return who of the caller's office is at an alert, and what the caller may do about it."""
        return taking.find(tx, request["handoff_id"], self.caller, self.clock.now())

    @writes(*_ANSWERING, takes=asks.TakeAlert)
    def take_alert(self, tx: Any, request: Row) -> Row:
        """Let the caller be at it; the ladder goes on until somebody answers."""
        return self._held(tx, request, taking.take(tx, request["handoff_id"], self.caller, self.clock.now()))

    @writes(*_ANSWERING, takes=asks.LetGoAlert)
    def let_go_alert(self, tx: Any, request: Row) -> Row:
        """Let nobody be at it any more."""
        return self._held(
            tx, request, taking.let_go(tx, request["handoff_id"], self.caller, self.clock.now())
        )

    @writes(*_ANSWERING, takes=asks.HandOnAlert)
    def hand_on_alert(self, tx: Any, request: Row) -> Row:
        """Let a colleague be at it, and tell the colleague."""
        to, now = request["to_account_id"], self.clock.now()
        return self._held(tx, request, taking.hand_on(tx, request["handoff_id"], to, self.caller, now))

    def _held(self, tx: Any, request: Row, news: News) -> Row:
        for hint in asking.put_out(tx, news, by_mail=self._has_mail).hints:
            self.hints.send(tx, hint)
        return taking.find(tx, request["handoff_id"], self.caller, self.clock.now())

    @property
    def _has_mail(self) -> bool:
        return bool(self.settings.smtp_url)

    @property
    def _readers(self) -> list[str]:
        return [asking.account(self.caller.account_id), asking.office(self.caller.office_id)]
