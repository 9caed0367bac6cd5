"""What webhooks are told of, and the loops that tell it."""

from datetime import timedelta

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.loops import every
from contracts.fact import Envelope, NewFact
from contracts.notify import AlertEscalated, AlertOverdue
from services.notify import wanted
from services.notify.calling import Caller, spread
from services.notify.channel_requests import ChannelRequests
from services.notify.channels.email import Mailbox
from services.notify.delivering import GIVE_UP_AFTER
from services.notify.queries import webhooks
from services.notify.telling import Teller

KEPT = timedelta(days=30)
_OWN = {AlertEscalated: ("escalated", "escalated_at"), AlertOverdue: ("overdue", "overdue_at")}


class WebhookLoops(ChannelRequests):
    """From what happened to what is told of it."""

    def note_for_webhooks(self, tx: Connection, what: str, facts: list[Envelope], at: str) -> None:
        """Remember what facts tell of handoffs; `at` names the field with the moment."""
        if not wanted.is_anything(tx):
            return
        events = [
            {"event_id": fact.id, "handoff_id": fact["handoff_id"], "what": what, "happened_at": fact[at]}
            for fact in facts
        ]
        webhooks.note_events(tx, events)

    def note_own_for_webhooks(self, tx: Connection, facts: list[NewFact]) -> None:
        """Remember what notify itself has found out."""
        found = [(fact, *_OWN[fact.kind]) for fact in facts if fact.kind in _OWN]
        if not found or not wanted.is_anything(tx):
            return
        events = [
            {
                "event_id": new_id(),
                "handoff_id": fact.data["handoff_id"],
                "what": what,
                "happened_at": fact.data[at],
            }
            for fact, what, at in found
        ]
        webhooks.note_events(tx, events)

    @every(0.5)
    def spread_to_webhooks(self) -> bool:
        """Make messages of what happened."""
        with self.db.begin() as tx:
            return spread(tx, self.clock.now()) > 0  # what waits for its note is looked at after a change

    @every(0.5)
    def call_webhooks(self) -> bool | None:
        """Send what is due to offices' own systems."""
        with self.db.begin() as tx:
            if not webhooks.are_there_any(tx):
                return False
        # What has no room yet has its turn when another has ended.
        return self.caller_of_webhooks().begin_turns() or None

    @every(5.0)
    def tell_of_webhooks(self) -> bool | None:
        """Tell a manager of a webhook that is in trouble."""
        settings = self.settings
        if not settings.smtp_url:
            return False
        teller = Teller(
            db=self.db,
            now=self.clock.now,
            contact=self.contact,
            mailbox=Mailbox(settings.smtp_url, settings.mail_from),
            public_url=settings.public_url,
        )
        return teller.tell_next() or None

    @every(600.0)
    def forget_old_webhook_deliveries(self) -> None:
        """Drop messages that nobody looks at any more, and what nobody can be told of."""
        now = self.clock.now()
        with self.db.begin() as tx:
            webhooks.forget_old(tx, now - KEPT)
            webhooks.forget_events(tx, now - GIVE_UP_AFTER)

    def caller_of_webhooks(self) -> Caller:
        """Return what sends to them."""
        settings = self.settings
        return Caller(
            self.db, self.clock.now, settings.public_url, settings.may_move_clock, self.chassis.context.slots
        )
