"""Sending a discharge note: what has to be right, and the note and handoff that come of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.errors import Invalid
from contracts.fact import NewFact
from contracts.forms import Checked, Form, changed, check, missing, settled
from contracts.sharing import DischargeNoted
from services.sharing.domain.handoffs import Actor, Handoff
from services.sharing.domain.receivers import Receiver
from services.sharing.domain.stays import Stay


@dataclass(frozen=True)
class Note:
    """One version of a note; it never changes."""

    note_id: str
    stay_id: str
    version: int
    supersedes_id: str | None
    form: str
    content: dict[str, Any]
    is_partial: bool
    written_by: str
    written_by_name: str
    written_at: datetime


@dataclass(frozen=True)
class Sending:
    """How a note is to be sent, and by whom."""

    sender: Actor
    office_name: str
    at: datetime
    urgency: str
    note_id: str
    handoff_id: str
    code: str


def check_typed(form: Form, content: dict[str, Any]) -> Checked:
    """Return what was typed as plain values. Invalid with codes by field when anything is wrong."""
    typed = check(form, content)
    if typed.errors:
        raise Invalid("note", typed.errors)
    return typed


def check_complete(form: Form, content: dict[str, Any], later: bool) -> None:
    """Raise Invalid with a field per gap, unless the gaps are to be filled `later`."""
    gaps = missing(form, content)
    if gaps and not later:
        raise Invalid("note", {path: ["required"] for path in gaps})


def write_note(form: Form, content: dict[str, Any], last: Note | None, stay: Stay, sending: Sending) -> Note:
    """Return the next version of the note."""
    return Note(
        note_id=sending.note_id,
        stay_id=stay.stay_id,
        version=last.version + 1 if last else 1,
        supersedes_id=last.note_id if last else None,
        form=form.name,
        content=settled(form, content),
        is_partial=bool(missing(form, content)),
        written_by=sending.sender.account_id,
        written_by_name=sending.sender.name,
        written_at=sending.at,
    )


def hand_off(
    form: Form, note: Note, last: Note | None, stay: Stay, municipality: str, to: Receiver, sending: Sending
) -> Handoff:
    """Return the handoff that carries the note to whoever has to answer."""
    return Handoff(
        handoff_id=sending.handoff_id,
        code=sending.code,
        note_id=note.note_id,
        stay_id=stay.stay_id,
        person_id=stay.person_id,
        municipality=municipality,
        version=note.version,
        state="sent",
        urgency=sending.urgency,
        from_office_id=sending.sender.office_id,
        from_office_name=sending.office_name,
        from_account_id=sending.sender.account_id,
        from_name=sending.sender.name,
        to_office_id=to.office_id,
        to_account_id=to.account_id,
        desk_id=to.desk_id,
        sent_at=sending.at,
        changed=changed(form, last.content, note.content) if last else [],
    )


def noted(handoff: Handoff) -> NewFact:
    """Return the fact that a note was sent: ids and times only."""
    return DischargeNoted.happened(
        municipality=handoff.municipality,
        episode=handoff.stay_id,
        handoff_id=handoff.handoff_id,
        stay_id=handoff.stay_id,
        code=handoff.code,
        urgency=handoff.urgency,
        from_account_id=handoff.from_account_id,
        from_office_id=handoff.from_office_id,
        to_account_id=handoff.to_account_id,
        to_office_id=handoff.to_office_id,
        desk_id=handoff.desk_id,
        noted_at=handoff.sent_at,
    )
