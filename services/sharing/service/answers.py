"""One handoff: read it, answer for it, take it back."""

from functools import partial
from typing import Any

from sqlalchemy import Connection

from chassis.rpc import reads, writes
from contracts.errors import NotFound
from contracts.sharing import AnswerHandoff, DeclineHandoff, GetHandoff, RecallHandoff
from services.sharing import views
from services.sharing.domain import consent
from services.sharing.domain import handoffs as domain
from services.sharing.domain.access import RECEIVERS, SENDERS
from services.sharing.domain.handoffs import Handoff
from services.sharing.queries import finding, handoffs, notes, persons
from services.sharing.queries.finding import Found
from services.sharing.service.base import SharingBase


class Answers(SharingBase):
    """What is done with a handoff that was sent."""

    @reads(*sorted({*SENDERS, *RECEIVERS}), takes=GetHandoff)
    def get_handoff(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Return the handoff whole, as far as the caller may read it now."""
        found = self._find(tx, request["handoff_id"], "sender", "receiver")
        told = found.handoff
        self.audit.log(tx, action="read", kind="handoff", ids=[told.handoff_id], person_ids=[told.person_id])
        if found.side == "receiver":
            if told.state == "recalled":
                return views.withdrawn_view(told)
            told = self._seen(tx, told)
        return self._whole(tx, found, told)

    @writes(*RECEIVERS, takes=AnswerHandoff)
    def acknowledge_handoff(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Record that the caller, by name, has received it."""
        found = self._find(tx, request["handoff_id"], "receiver", lock=True)
        if found.handoff.state == "acknowledged" and found.handoff.acknowledged_by == self.actor.account_id:
            return views.handoff_view(found.handoff, "receiver")
        return self._act(tx, found, domain.acknowledge(found.handoff, self.actor, self.clock.now()))

    @writes(*RECEIVERS, takes=AnswerHandoff)
    def accept_handoff(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Record that the receiving office takes the person on."""
        found = self._find(tx, request["handoff_id"], "receiver", lock=True)
        return self._act(tx, found, domain.accept(found.handoff, self.actor, self.clock.now()))

    @writes(*RECEIVERS, takes=DeclineHandoff)
    def decline_handoff(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Record that the receiving office cannot take it, and why."""
        found = self._find(tx, request["handoff_id"], "receiver", lock=True)
        decline = partial(domain.decline, found.handoff, request["reason"], request["words"])
        return self._act(tx, found, decline(self.actor, self.clock.now()))

    @writes(*RECEIVERS, takes=AnswerHandoff)
    def complete_handoff(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Record that what the note asked for is done."""
        found = self._find(tx, request["handoff_id"], "receiver", lock=True)
        return self._act(tx, found, domain.complete(found.handoff, self.actor, self.clock.now()))

    @writes(*SENDERS, takes=RecallHandoff)
    def recall_handoff(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Take it back, and say who had opened it."""
        found = self._find(tx, request["handoff_id"], "sender", lock=True)
        step = domain.recall(found.handoff, request["words"], self.actor, self.clock.now())
        answer = self._act(tx, found, step)
        return answer | {"readers": [dict(each) for each in handoffs.readers(tx, request["handoff_id"])]}

    def _find(self, tx: Connection, handoff_id: str, *sides: str, lock: bool = False) -> Found:
        """Return the handoff as seen from one of these sides; everybody else gets NotFound."""
        found = finding.find(tx, handoff_id, self.caller, self.day, lock=lock)
        if found is None or found.side not in sides:
            raise NotFound("handoff")
        return found

    def _act(self, tx: Connection, found: Found, step: tuple[Handoff, domain.Event]) -> dict[str, Any]:
        after = self.save_step(tx, found.handoff, step)
        self.audit.log(
            tx, action=after.state, kind="handoff", ids=[after.handoff_id], person_ids=[after.person_id]
        )
        return views.handoff_view(after, found.side)

    def _seen(self, tx: Connection, told: Handoff) -> Handoff:
        """Remember the reader; the first opening makes the handoff seen."""
        now = self.clock.now()
        handoffs.add_reader(tx, told.handoff_id, self.actor, now)
        if domain.see(told, self.actor, now) is None:
            return told
        # Somebody may have answered since it was read: what is saved is decided on the locked row.
        present = handoffs.lock_all(tx, [told.handoff_id])[told.handoff_id]
        step = domain.see(present, self.actor, now)
        return self.save_step(tx, present, step) if step else present

    def _whole(self, tx: Connection, found: Found, told: Handoff) -> dict[str, Any]:
        now = self.clock.now()
        note = notes.get_note(tx, told.note_id)
        person = views.person_view(found.person, now) | self._consent(tx, told.person_id)
        view = views.handoff_view(told, found.side)
        view |= {"person": person, "stay": views.stay_view(found.stay), "has_consent": found.has_consent}
        view["history"] = views.history_view(told, handoffs.history(tx, told.handoff_id))
        view["note"] = views.note_view(note) if found.has_consent else None
        if found.side == "sender":
            view["readers"] = [dict(each) for each in handoffs.readers(tx, told.handoff_id)]
        return view

    def _consent(self, tx: Connection, person_id: str) -> dict[str, Any]:
        given = [dict(each) for each in persons.consents_of(tx, [person_id])]
        return {"consent": consent.in_force(given, self.clock.now())}
