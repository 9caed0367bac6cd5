"""What the parts of the service share: who acts, which day it is, and how a change of a handoff is saved."""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import Connection

from chassis.service import Service
from contracts.fact import NewFact
from services.sharing.domain import facts, ladder
from services.sharing.domain.days import day_of
from services.sharing.domain.handoffs import Actor, Event, Handoff
from services.sharing.domain.stays import Change
from services.sharing.queries import handoffs

WRITERS = ("discharge_planner", "care_manager", "desk")
READERS = (*WRITERS, "office_manager")


class SharingBase(Service):
    """A part of the service."""

    @property
    def day(self) -> date:
        """Today in Japan."""
        return day_of(self.clock.now())

    @property
    def actor(self) -> Actor:
        """The signed-in person, by name."""
        caller = self.caller
        return Actor(caller.account_id or "", caller.name, caller.office_id or "")

    @property
    def change(self) -> Change:
        """Who changes a stay now."""
        return Change(self.actor.account_id, self.actor.name, self.clock.now())

    def save_step(self, tx: Connection, before: Handoff, step: tuple[Handoff, Event]) -> Handoff:
        """Save what a person did with a handoff, announce it and hint at it."""
        after, event = step
        self.outbox.add(tx, self.save_silently(tx, before, after, event))
        return after

    def save_silently(self, tx: Connection, before: Handoff, after: Handoff, event: Event) -> NewFact:
        """Save what a person did with a handoff and hint at it; returns the fact, to be announced."""
        handoffs.save(tx, before, after)
        handoffs.add_events(tx, [event])
        self.hint(tx, after)
        return facts.of_event(after, event)

    def end_all(
        self, tx: Connection, opened: Iterable[Handoff], end: Callable[[Handoff], tuple[Handoff, Event]]
    ) -> None:
        """End several handoffs at once, for the same reason."""
        for before in opened:
            self.save_step(tx, before, end(before))

    def hint(self, tx: Connection, handoff: Handoff) -> None:
        """Tell open pages of the sender and of the offices that were asked that a handoff has a new state."""
        self.hints.send(
            tx,
            {
                "event": "live",
                "kind": "handoff",
                "handoff_id": handoff.handoff_id,
                "state": handoff.state,
                "to": ladder.told(handoff),
            },
        )
