"""The requests about inboxes: what is in them, who takes what, what is read."""

from typing import Any

from chassis.rpc import reads, writes
from chassis.service import Service
from contracts import holding as asks
from contracts.notify import ListInbox, ListSenders, MarkItems, MarkRead
from contracts.roles import DESK, OPERATOR
from services.notify import answers, asking, taking
from services.notify.holding import ANSWERING
from services.notify.news import News, inbox_hint
from services.notify.queries import alerts, duties, inbox, unreached
from services.notify.queries import inbox_lists as lists

Row = dict[str, Any]
_ANSWERING = tuple(sorted(ANSWERING))


class InboxRequests(Service):
    """Inboxes of the caller and of the caller's office."""

    @reads("*", takes=ListInbox)
    def list_inbox(self, tx: Any, request: Row) -> Row:
        """Return what waits for me, or for the office in which I act, and what is done."""
        me, office_id = self.caller.account_id, self.caller.office_id or ""
        reader = self._reader(request["whose"])
        these = lists.of_reader(reader, office_id, me, request)
        if request["after_seq"] is None:
            counts = lists.counts(tx, reader, office_id, me)
            rows, found = self._page(tx, these, counts, request)
            offers = duties.waiting_for(tx, office_id, me or "", self.clock.now())
            counted = {**counts, "found": found, "offers": offers, **self._counted_aside(tx)}
        else:
            # A stream that catches up asks page after page: nobody counts for it.
            rows = lists.list_after(tx, these, request["after_seq"], request["page_size"])
            counted = {}
        items = [answers.inbox_item(row, alerts.plan_of(row), self.caller) for row in rows]
        return {"items": items, **counted, "last_seq": lists.last_seq(tx, reader)}

    def _counted_aside(self, tx: Any) -> dict[str, int]:
        """Return what stands on other pages of the caller and is counted beside their names."""
        if self.caller.role not in (DESK, OPERATOR):
            return {}
        whose = self.caller.office_id if self.caller.role == DESK else None
        return {"unreached": unreached.count(tx, whose)}

    @staticmethod
    def _page(
        tx: Any, these: lists.Conditions, counts: dict[str, int], request: Row
    ) -> tuple[list[Any], int | None]:
        """Return one page and how many there are, None when that is everything."""
        size, show, is_narrowed = request["page_size"], request["show"], lists.is_narrowed(request)
        offset = (request["page"] - 1) * size
        found = lists.count(tx, these) if is_narrowed else counts.get(show)
        if show in ("waiting", "mine"):
            return lists.list_waiting(tx, these, offset, size), found
        is_whole = show == "all" and not is_narrowed
        waiting = counts["waiting"] if is_whole else lists.count(tx, these, lists.waits)
        return lists.list_page(tx, these, waiting, offset, size), found

    @reads("*", takes=ListSenders)
    def list_senders(self, tx: Any, request: Row) -> Row:
        """Return the offices from which lately something came."""
        return {"office_ids": lists.senders(tx, self._reader(request["whose"]), self.caller.office_id or "")}

    @writes("*", takes=MarkItems)
    def mark_items(self, tx: Any, request: Row) -> Row:
        """Mark items as read or unread; acknowledges nothing."""
        read_at = self.clock.now() if request["is_read"] else None
        if not request["is_read"]:
            unreached.keep_read(tx, inbox.alerts_of(tx, request["item_ids"], self._readers), self.clock.now())
        changed = inbox.mark_items(tx, request["item_ids"], self._readers, read_at)
        if changed:
            self.hints.send(tx, inbox_hint(sorted(set(changed))))
        return {"changed": len(changed)}

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
        for hint in asking.put_out(tx, news, by_mail=self._has_mail, is_new=True).hints:
            self.hints.send(tx, hint)
        return taking.find(tx, request["handoff_id"], self.caller, self.clock.now())

    @property
    def _has_mail(self) -> bool:
        return bool(self.settings.smtp_url)

    def _reader(self, whose: str) -> str:
        return self._readers[0] if whose == "me" else self._readers[-1]

    @property
    def _readers(self) -> list[str]:
        return [asking.account(self.caller.account_id), asking.office(self.caller.office_id)]
