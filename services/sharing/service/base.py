"""What the parts of the service share: who acts, which day it is, and how a change of a handoff is saved."""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import Connection

from chassis.service import Service
from services.sharing.domain import facts
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
        handoffs.save(tx, before, after)
        handoffs.add_events(tx, [event])
        self.outbox.add(tx, facts.of_event(after, event))
        self.hint(tx, [after])
        return after

    def end_all(
        self, tx: Connection, opened: Iterable[Handoff], end: Callable[[Handoff], tuple[Handoff, Event]]
    ) -> None:
        """End several handoffs at once, for the same reason."""
        for before in opened:
            self.save_step(tx, before, end(before))

    def hint(self, tx: Connection, changed: list[Handoff]) -> None:
        """Tell open pages of both sides that handoffs have a new state."""
        held = handoffs.holders_of(tx, [handoff.handoff_id for handoff in changed])
        for handoff in changed:
            self.send_hint(tx, handoff, held.get(handoff.handoff_id, []))

    def send_hint(self, tx: Connection, handoff: Handoff, holders: list[tuple[str, str | None]]) -> None:
        """Tell the sender, the receiver and these holders of a handoff's state."""
        hint = {
            "event": "live",
            "kind": "handoff",
            "handoff_id": handoff.handoff_id,
            "state": handoff.state,
            "to": _readers(handoff, holders),
        }
        self.hints.send(tx, hint)


def _readers(handoff: Handoff, holders: list[tuple[str, str | None]]) -> list[str]:
    to = {f"account:{handoff.from_account_id}", f"office:{handoff.from_office_id}"}
    if handoff.to_account_id:
        to.add(f"account:{handoff.to_account_id}")
    to |= {f"account:{account}" if account else f"office:{office}" for office, account in holders}
    return sorted(to)
