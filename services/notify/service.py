"""Entry points of notify: facts that raise and end alerts, loops that climb and send, questions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chassis.figures import Figure
from chassis.handles import handles, handles_batch
from chassis.loops import every
from chassis.rpc import reads
from contracts.accounts import OfficeStaffed
from contracts.channels import EMAIL, PUSH
from contracts.directory import FacilityChanged, OfficeHours
from contracts.errors import NotFound
from contracts.fact import Envelope
from contracts.notify import GetLadder
from contracts.roles import DESK, OPERATOR
from contracts.sharing import (
    DischargeNoted,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDeclined,
    HandoffRecalled,
    HandoffSeen,
    HandoffSuperseded,
)
from contracts.texts import ListTexts
from services.notify import answers, asking, figures
from services.notify.answering import end_alert
from services.notify.bounce_reading import read_due
from services.notify.bouncing import Returns
from services.notify.channels.way import Off, Way
from services.notify.climbing import climb_due, replan_changed
from services.notify.delivering import Carrier
from services.notify.device_requests import DeviceRequests
from services.notify.domain import may_see
from services.notify.duty_requests import DutyRequests
from services.notify.fax_requests import FaxRequests, standing
from services.notify.faxes import may_make
from services.notify.inbox_requests import InboxRequests
from services.notify.link_requests import LinkRequests
from services.notify.news import News
from services.notify.queries import alerts, deliveries, holdings, inbox, milestones, offices
from services.notify.queries.faxes import sheets_of
from services.notify.queries.links import receipts_of
from services.notify.queries.unreached import calls_of
from services.notify.raising import raise_alerts
from services.notify.rule_requests import RuleRequests
from services.notify.statistic_requests import StatisticRequests
from services.notify.texts import samples
from services.notify.unanswered_requests import UnansweredRequests
from services.notify.unreached_requests import UnreachedRequests
from services.notify.webhook_requests import WebhookRequests
from services.notify.wish_requests import WishRequests


class NotifyService(
    InboxRequests,
    WebhookRequests,
    UnreachedRequests,
    UnansweredRequests,
    LinkRequests,
    FaxRequests,
    DeviceRequests,
    RuleRequests,
    DutyRequests,
    WishRequests,
    StatisticRequests,
):
    """Tells people of handoffs and climbs until somebody answers."""

    name = "notify"

    @staticmethod
    def figures(tx: Any, now: datetime) -> Iterator[Figure]:
        """Yield how ladders and letters stand."""
        yield from figures.of_ladders(tx, now)
        yield from figures.of_deliveries(tx, now)

    # What others announce ---------------------------------------------------------------------

    @handles(FacilityChanged)
    def on_facility_changed(self, tx: Any, fact: Envelope) -> None:
        """Keep the hours of an office."""
        hours = OfficeHours().dump(fact["hours"])
        offices.save_hours(tx, fact["facility_id"], fact["name"], hours, fact.revision)

    @handles(OfficeStaffed)
    def on_office_staffed(self, tx: Any, fact: Envelope) -> None:
        """Keep who works at an office."""
        staffing = OfficeStaffed().dump(fact.data)
        offices.save_staffing(tx, fact["office_id"], staffing, fact.revision)

    @handles_batch(DischargeNoted)
    def on_discharge_noted(self, tx: Any, facts: list[Envelope]) -> None:
        """Ask the first rung of each note."""
        self._tell(tx, raise_alerts(tx, facts, self.clock.now(), by_mail=self._has_mail))
        self.note_for_webhooks(tx, "sent", facts, "noted_at")

    @handles(HandoffAcknowledged)
    def on_handoff_acknowledged(self, tx: Any, fact: Envelope) -> None:
        """Stop asking: somebody received it."""
        milestones.reach(tx, fact["handoff_id"], milestones.ACKNOWLEDGED, fact["acknowledged_at"])
        self._end(tx, fact, "acknowledged", "acknowledged_at")

    @handles(HandoffAccepted)
    def on_handoff_accepted(self, tx: Any, fact: Envelope) -> None:
        """Stop asking: somebody takes the person on."""
        milestones.reach(tx, fact["handoff_id"], milestones.ACKNOWLEDGED, fact["accepted_at"])
        self._end(tx, fact, "accepted", "accepted_at")

    @handles(HandoffDeclined)
    def on_handoff_declined(self, tx: Any, fact: Envelope) -> None:
        """Stop asking: the sender has to act."""
        self._end(tx, fact, "declined", "declined_at")

    @handles(HandoffRecalled)
    def on_handoff_recalled(self, tx: Any, fact: Envelope) -> None:
        """Stop asking: the note is void."""
        self._end(tx, fact, "recalled", "recalled_at")

    @handles(HandoffSuperseded)
    def on_handoff_superseded(self, tx: Any, fact: Envelope) -> None:
        """Stop asking: a newer note has an alert of its own."""
        self._end(tx, fact, "superseded", "superseded_at")

    @handles(HandoffSeen)
    def on_handoff_seen(self, tx: Any, fact: Envelope) -> None:
        """Nobody is asked less by that; figures and offices' own systems may want to know."""
        milestones.reach(tx, fact["handoff_id"], milestones.SEEN, fact["seen_at"])
        self.note_for_webhooks(tx, "seen", [fact], "seen_at")

    @handles(HandoffCompleted)
    def on_handoff_completed(self, tx: Any, fact: Envelope) -> None:
        """It was answered before; offices' own systems may want to know."""
        self.note_for_webhooks(tx, "completed", [fact], "completed_at")

    # What time brings -------------------------------------------------------------------------

    @every(0.3)
    def escalate_due(self) -> bool | datetime:
        """Ask the next rung of every handoff that nobody answered in time."""
        with self.db.begin() as tx:
            count, news = climb_due(tx, self.clock.now(), by_mail=self._has_mail)
            self._tell(tx, news)
            return count > 0 or alerts.next_due_at(tx) or False

    @every(1.0)
    def replan_changed(self) -> bool:
        """Plan ladders anew after hours or staff have changed or have arrived at last."""
        with self.db.begin() as tx:
            count, news = replan_changed(tx, self.clock.now(), by_mail=self._has_mail)
            self._tell(tx, news)
        return count > 0

    @every(0.5)
    def deliver_due(self) -> bool | None:
        """Send the letters that are due; what waits for a mail server that is no more goes another way."""
        if self._has_mail:
            return self._carrier(self.by_mail()).send_due() or None
        return self._carrier(Off(EMAIL)).send_due()

    @every(0.5)
    def push_due(self) -> bool | None:
        """Send the notices that are due; without keys they go another way."""
        way = self.by_push()
        return (self._carrier(way).send_due() or None) if way else self._carrier(Off(PUSH)).send_due()

    @every(1.0)
    def read_bounces(self) -> bool | datetime:
        """Read what mail servers have sent back, where there is a mailbox for it."""
        path, url = self.return_path(), self.settings.bounce_imap_url
        if path is None or not url:
            return False
        now = self.clock.now
        returns = Returns(self.db, self.outbox, self._tell, now, self._has_mail, path)
        return read_due(returns, url, now())

    # Questions --------------------------------------------------------------------------------

    @reads(DESK, OPERATOR, takes=ListTexts)
    def list_texts(self, tx: Any, request: dict[str, Any]) -> dict[str, Any]:
        """Tell every text of this service as it goes out."""
        return {"texts": samples(self.settings.public_url)}

    @reads("*", takes=GetLadder)
    def get_ladder(self, tx: Any, request: dict[str, Any]) -> dict[str, Any]:
        """Return who was, is and will be asked, and by which channel each was reached."""
        row = alerts.find_by_handoff(tx, request["handoff_id"])
        if row is None:
            raise NotFound("handoff")
        plan = alerts.plan_of(row)
        if not may_see(self.caller.office_id, row.from_office_id, row.to_office_id, plan.rungs):
            raise NotFound("handoff")
        items = inbox.items_of(tx, row.alert_id)
        tried = deliveries.deliveries_of(tx, row.alert_id), calls_of(tx, [row.alert_id])
        receipts, takings = receipts_of(tx, row.alert_id), holdings.takings_of(tx, row.alert_id)
        faxes = sheets_of(tx, [row.alert_id])
        told = answers.ladder(row, plan, items, *tried, receipts, takings, faxes)
        return told | {"may_fax": may_make(self.caller, standing(tx, row))}

    # ------------------------------------------------------------------------------------------

    def _end(self, tx: Any, fact: Envelope, end: str, at: str) -> None:
        news = end_alert(tx, fact["handoff_id"], end, fact[at], self.clock.now())
        self._tell(tx, asking.put_out(tx, news, by_mail=self._has_mail))
        self.note_for_webhooks(tx, end, [fact], at)

    def _tell(self, tx: Any, news: News) -> None:
        self.outbox.add(tx, news.facts)
        self.note_own_for_webhooks(tx, news.facts)
        for hint in news.hints:
            self.hints.send(tx, hint)

    def _carrier(self, way: Way) -> Carrier:
        return Carrier(
            db=self.db,
            outbox=self.outbox,
            tell=self._tell,
            now=self.clock.now,
            way=way,
            by_mail=self._has_mail,
            public_url=self.settings.public_url,
        )
