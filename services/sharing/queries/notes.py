"""Drafts while they are written, and notes that never change."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.exc import IntegrityError

from chassis.db import insert_late
from contracts.errors import Conflict
from services.sharing.domain.drafts import Draft
from services.sharing.domain.notes import Note
from services.sharing.models import note, note_draft, person, stay


def save_draft(tx: Connection, draft: Draft) -> Draft:
    """Save a draft one revision later and return it. Conflict when another window was faster."""
    saved = replace(draft, revision=draft.revision + 1)
    if draft.revision:
        unchanged = (note_draft.c.stay_id == draft.stay_id) & (note_draft.c.revision == draft.revision)
        if not tx.execute(note_draft.update().where(unchanged).values(**vars(saved))).rowcount:
            raise Conflict("draft_changed")
        return saved
    try:
        tx.execute(note_draft.insert(), vars(saved))
    except IntegrityError as error:
        raise Conflict("draft_changed") from error
    return saved


def drop_draft(tx: Connection, stay_id: str) -> None:
    """Remove the draft of a note that has been sent."""
    tx.execute(note_draft.delete().where(note_draft.c.stay_id == stay_id))


def add_note(tx: Connection, new: Note) -> None:
    """Save a version of a note. The transaction ends with Conflict when somebody sent the same one."""
    insert_late(tx, note, [vars(new)], Conflict("sent_meanwhile"))


def get_note(tx: Connection, note_id: str) -> Note:
    """Return a note that is known to exist."""
    return Note(**tx.execute(select(note).where(note.c.note_id == note_id)).mappings().one())


def last_note_of_person(tx: Connection, person_id: str, hospital_id: str) -> Note | None:
    """Return the note that this hospital wrote last for the person, of any stay."""
    joined = note.join(stay, stay.c.stay_id == note.c.stay_id)
    row = tx.execute(
        select(note)
        .select_from(joined)
        .where(stay.c.person_id == person_id, stay.c.hospital_id == hospital_id)
        .order_by(note.c.written_at.desc())
        .limit(1)
    ).mappings()
    found = row.first()
    return Note(**found) if found else None


def drafts_of_hospital(tx: Connection, hospital_id: str) -> Sequence[RowMapping]:
    """Return the drafts of a hospital with stay and person, last saved first."""
    joined = note_draft.join(stay, stay.c.stay_id == note_draft.c.stay_id)
    joined = joined.join(person, person.c.person_id == stay.c.person_id)
    names: list[Any] = [column for column in person.c if column.name != "municipality"]
    statement = (
        select(note_draft, stay.c.planned_at, stay.c.hospital_id, *names)
        .select_from(joined)
        .where(stay.c.hospital_id == hospital_id, stay.c.state != "cancelled")
        .order_by(note_draft.c.saved_at.desc())
        .limit(100)
    )
    return tx.execute(statement).mappings().all()
