"""What sharing hears: directory entries, offices' staff, and how notify's ladder climbs."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from chassis.handles import handles_batch
from chassis.wire import plain
from contracts.accounts import OfficeStaffed
from contracts.directory import FacilityChanged
from contracts.fact import Envelope
from contracts.notify import AlertEscalated, AlertOverdue, AlertRaised
from services.sharing.domain import ladder
from services.sharing.domain.handoffs import Event, Handoff
from services.sharing.domain.ladder import Heard, Holder
from services.sharing.queries import copies, handoffs
from services.sharing.service.base import SharingBase


class Hearing(SharingBase):
    """Handlers of facts. Each is right when a fact comes twice, late or out of order."""

    @handles_batch(FacilityChanged)
    def on_facility_changed(self, tx: Connection, facts: list[Envelope]) -> None:
        """Keep entries of the directory: desks for routing, hours for the fee clock."""
        copies.keep_facilities(tx, [_facility(fact) for fact in facts])

    @handles_batch(OfficeStaffed)
    def on_office_staffed(self, tx: Connection, facts: list[Envelope]) -> None:
        """Keep who works where."""
        copies.keep_offices(tx, [_office(fact) for fact in facts])

    # The receiver's page has the note already; the sender's board may be told some together.
    @handles_batch(AlertRaised, linger_s=0.15)
    def on_alert_raised(self, tx: Connection, facts: list[Envelope]) -> None:
        """Take in that notes have arrived, with the ladders that are planned."""
        self._hear(tx, facts, ladder.raised)

    @handles_batch(AlertEscalated)
    def on_alert_escalated(self, tx: Connection, facts: list[Envelope]) -> None:
        """Take in that the next rung is asked."""
        self._hear(tx, facts, ladder.escalated)

    @handles_batch(AlertOverdue)
    def on_alert_overdue(self, tx: Connection, facts: list[Envelope]) -> None:
        """Take in that nobody answered at all."""
        self._hear(tx, facts, ladder.overdue)

    def _hear(
        self, tx: Connection, facts: list[Envelope], take: Callable[[Handoff, Envelope], Heard]
    ) -> None:
        before = handoffs.lock_all(tx, [fact["handoff_id"] for fact in facts])
        after = dict(before)
        events: list[Event] = []
        holders: list[Holder] = []
        for fact in facts:
            # A handoff that is not here was sent from another database: nothing to keep.
            if fact["handoff_id"] in after:
                heard = take(after[fact["handoff_id"]], fact)
                after[fact["handoff_id"]] = heard.handoff
                events += [heard.event] if heard.event else []
                holders += heard.holders
        handoffs.save_ladders(tx, [after[id] for id in after if after[id] != before[id]])
        handoffs.add_events(tx, events)
        handoffs.add_holders(tx, holders)
        for id, handoff in after.items():
            if handoff.state != before[id].state:
                self.hint(tx, handoff)


def _facility(fact: Envelope) -> dict[str, Any]:
    names = ("facility_id", "kind", "name", "is_listed")
    told = {name: fact[name] for name in names}
    return told | {
        "revision": fact.revision,
        "municipality": fact.municipality,
        "hours": plain(fact["hours"]),
    }


def _office(fact: Envelope) -> dict[str, Any]:
    return {
        "office_id": fact["office_id"],
        "revision": fact.revision,
        "manager_id": fact["manager_id"],
        "members": plain(fact["members"]),
    }
