"""Discharge notes: the page to write, the draft while typing, the sending."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import reads, writes
from contracts import forms
from contracts.errors import Conflict, NotFound
from contracts.fact import NewFact
from contracts.sharing import DISCHARGE_NOTE as FORM
from contracts.sharing import GetNote, SaveDraft, SendNote
from services.sharing import views
from services.sharing.domain import codes, consent, drafts, handoffs, origins
from services.sharing.domain import notes as domain
from services.sharing.domain.drafts import Draft
from services.sharing.domain.notes import Sending
from services.sharing.domain.receivers import Receiver, desk_areas
from services.sharing.queries import copies, notes, persons, stays
from services.sharing.queries import handoffs as handoff_queries
from services.sharing.queries.situation import Situation, situation
from services.sharing.service.base import SharingBase


class Notes(SharingBase):
    """The discharge note of a stay at the caller's hospital."""

    @reads("discharge_planner", takes=GetNote)
    def get_note(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Return the page to write, filled in beforehand. Without consent nothing is saved."""
        at_hand = self._situation(tx, request["stay_id"])
        draft = self._filled(tx, at_hand)
        if draft != at_hand.draft:
            draft = self._saved(tx, draft)
        person_id = at_hand.stay.person_id
        self.audit.log(tx, action="read", kind="note_draft", ids=[draft.stay_id], person_ids=[person_id])
        return self._page(tx, at_hand, draft)

    @writes("discharge_planner", takes=SaveDraft)
    def save_draft(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Keep what is right of what was typed, and say by field what is not."""
        at_hand = self._situation(tx, request["stay_id"])
        before = self._filled(tx, at_hand)
        if request["revision"] is not None and request["revision"] != before.revision:
            raise Conflict("draft_changed")
        form = forms.load(FORM)
        typed = forms.check(form, request["content"])
        draft = self._saved(tx, drafts.keep(form, before, typed, self.actor.name, self.clock.now()))
        person_id = at_hand.stay.person_id
        self.audit.log(tx, action="write", kind="note_draft", ids=[draft.stay_id], person_ids=[person_id])
        return {"draft": vars(draft), "missing": forms.missing(form, draft.content), "errors": typed.errors}

    @writes("discharge_planner", takes=SendNote)
    def send_note(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Send the note: from here somebody has to answer for it."""
        code = codes.new_code()
        at_hand = self._situation(tx, request["stay_id"], code)
        to = self._receiver(tx, at_hand)
        if not to.exists:
            raise Conflict("receiver_missing")
        content = self._content(tx, at_hand, request["content"])
        domain.check_complete(forms.load(FORM), content, request["later"])
        sending = self._sending(request["urgency"], codes.new_code() if at_hand.code_is_taken else code)
        return self._send(tx, at_hand, to, content, sending)

    def _send(
        self, tx: Connection, at_hand: Situation, to: Receiver, content: dict[str, Any], sending: Sending
    ) -> dict[str, Any]:
        form, last, stay = forms.load(FORM), at_hand.last, at_hand.stay
        note = domain.write_note(form, content, last, stay, sending)
        handoff = domain.hand_off(form, note, last, stay, at_hand.person["municipality"], to, sending)
        notes.add_note(tx, note)
        handoff_queries.add(tx, handoff)
        if at_hand.draft:
            notes.drop_draft(tx, stay.stay_id)
        told = [domain.noted(handoff)]
        if at_hand.open_handoff_id:
            told += self._supersede(tx, at_hand.open_handoff_id, handoff.handoff_id)
        ids = [handoff.handoff_id, note.note_id]
        self.audit.log(tx, action="send", kind="handoff", ids=ids, person_ids=[stay.person_id])
        self.outbox.add(tx, told)
        self.hint(tx, handoff)
        return views.handoff_view(handoff, "sender")

    def _supersede(self, tx: Connection, old_id: str, by_id: str) -> list[NewFact]:
        old = handoff_queries.lock_all(tx, [old_id])[old_id]
        if old.state not in handoffs.OPEN:
            return []
        after, event = handoffs.supersede(old, by_id, self.actor, self.clock.now())
        return [self.save_silently(tx, old, after, event)]

    def _situation(self, tx: Connection, stay_id: str, code: str = "") -> Situation:
        at_hand = situation(tx, stay_id, self.actor.office_id, self.day, code)
        if at_hand is not None:
            return at_hand
        stay = stays.get_stay(tx, stay_id, self.actor.office_id)
        if stay is None:
            raise NotFound("stay")
        raise Conflict("stay_cancelled" if stay.state == "cancelled" else "consent_missing")

    def _filled(self, tx: Connection, at_hand: Situation) -> Draft:
        """Return the draft with the present state of the records in it."""
        form, stay = forms.load(FORM), at_hand.stay
        known = origins.origins(at_hand.person, stay, self.clock.now())
        if at_hand.draft:
            return drafts.fill(form, at_hand.draft, known, None)
        last = at_hand.last or notes.last_note_of_person(tx, stay.person_id, stay.hospital_id)
        carried = origins.last_note(form, last, stay) if last else None
        return drafts.fill(form, Draft(stay.stay_id, FORM, 0, {}, {}), known, carried)

    def _saved(self, tx: Connection, draft: Draft) -> Draft:
        who = self.actor
        mine = replace(draft, saved_by=who.account_id, saved_by_name=who.name, saved_at=self.clock.now())
        return notes.save_draft(tx, mine)

    def _content(self, tx: Connection, at_hand: Situation, content: dict[str, Any] | None) -> dict[str, Any]:
        """Return what is to be sent: the saved draft, or what was typed on top of the records."""
        form = forms.load(FORM)
        if content is None:
            return self._filled(tx, at_hand).content
        typed = domain.check_typed(form, content)
        now = self.clock.now()
        known = origins.origins(at_hand.person, at_hand.stay, now)
        empty = drafts.fill(form, Draft(at_hand.stay.stay_id, FORM, 0, {}, {}), known, None)
        return drafts.keep(form, empty, typed, self.actor.name, now).content

    def _receiver(self, tx: Connection, at_hand: Situation) -> Receiver:
        if at_hand.to.desk_id:
            return at_hand.to
        return replace(at_hand.to, desk_id=copies.desk_of(tx, desk_areas(at_hand.person["municipality"])))

    def _sending(self, urgency: str, code: str) -> Sending:
        return Sending(
            sender=self.actor,
            office_name=self.caller.office_name,
            at=self.clock.now(),
            urgency=urgency,
            note_id=new_id(),
            handoff_id=new_id(),
            code=code,
        )

    def _page(self, tx: Connection, at_hand: Situation, draft: Draft) -> dict[str, Any]:
        now, person_id = self.clock.now(), at_hand.stay.person_id
        given = [dict(each) for each in persons.consents_of(tx, [person_id])]
        person = views.person_view(at_hand.person, now) | {"consent": consent.in_force(given, now)}
        return {
            "form": FORM,
            "stay": views.stay_view(at_hand.stay),
            "person": person,
            "draft": vars(draft),
            "sources": draft.sources,
            "missing": forms.missing(forms.load(FORM), draft.content),
            "receiver": views.receiver_view(self._receiver(tx, at_hand)),
            "version": at_hand.last.version + 1 if at_hand.last else 1,
            "open_handoff_id": at_hand.open_handoff_id,
        }
