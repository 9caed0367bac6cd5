"""The one question that is asked before a note is written or sent: how do things stand with this stay?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, Select, Table, and_, bindparam, func, select

from services.sharing.domain.drafts import Draft
from services.sharing.domain.notes import Note
from services.sharing.domain.receivers import Receiver
from services.sharing.domain.stays import Stay
from services.sharing.models import consent, facility, handoff, note, note_draft, person, stay, team_member
from services.sharing.queries.clauses import is_care_manager, is_desk, is_in_force, is_open


@dataclass(frozen=True)
class Situation:
    """All that matters when a note of a stay is written or sent."""

    stay: Stay
    person: dict[str, Any]
    to: Receiver
    draft: Draft | None
    last: Note | None
    open_handoff_id: str | None
    code_is_taken: bool


def situation(tx: Connection, stay_id: str, hospital_id: str, day: date, code: str = "") -> Situation | None:
    """Return how things stand, or None when there is no such stay here, it is cancelled, or without consent.

    One statement, since every note that is sent asks it. Stay and consent cannot change until the
    transaction ends: a withdrawal at the same moment comes wholly before or wholly after.
    """
    asked = {"stay": stay_id, "hospital": hospital_id, "day": day, "code": code}
    row = tx.execute(_SITUATION, asked).mappings().first()
    if row is None:
        return None
    draft, last = _part(row, "draft"), _part(row, "note")
    return Situation(
        stay=Stay(**_part(row, "stay")),
        person=_part(row, "person"),
        to=Receiver(row["care_office_id"], row["care_manager_id"], row["desk_id"]),
        draft=Draft(**draft) if draft["stay_id"] else None,
        last=Note(**last) if last["note_id"] else None,
        open_handoff_id=row["open_handoff_id"],
        code_is_taken=bool(row["code_is_taken"]),
    )


_PARTS: dict[str, Table] = {"stay": stay, "person": person, "draft": note_draft, "note": note}


def _labelled(name: str) -> list[Any]:
    return [column.label(f"{name}__{column.name}") for column in _PARTS[name].c]


def _part(row: Any, name: str) -> dict[str, Any]:
    return {column.name: row[f"{name}__{column.name}"] for column in _PARTS[name].c}


def _joined() -> Any:
    versions = note.alias("versions")
    latest = (
        select(func.max(versions.c.version)).where(versions.c.stay_id == stay.c.stay_id).scalar_subquery()
    )
    day: Any = bindparam("day", type_=Date)
    agreed = is_in_force(day)
    return (
        stay.join(person, person.c.person_id == stay.c.person_id)
        .join(consent, and_(consent.c.person_id == stay.c.person_id, consent.c.covers_note, agreed))
        .outerjoin(note_draft, note_draft.c.stay_id == stay.c.stay_id)
        .outerjoin(note, and_(note.c.stay_id == stay.c.stay_id, note.c.version == latest))
        .outerjoin(handoff, and_(handoff.c.stay_id == stay.c.stay_id, is_open(handoff)))
    )


def _of_care_manager(column: Any) -> Any:
    """Looked up for this one person: joined and without statistics, a whole city would be read."""
    return select(column).where(is_care_manager(team_member, stay.c.person_id)).limit(1).scalar_subquery()


def _statement() -> Select[Any]:
    area = facility.c.municipality == person.c.municipality
    desk = select(facility.c.facility_id).where(is_desk(), area)
    same_code = handoff.alias("same_code")
    taken = select(func.count()).where(same_code.c.code == bindparam("code"))
    return (
        select(
            *(column for name in _PARTS for column in _labelled(name)),
            _of_care_manager(team_member.c.office_id).label("care_office_id"),
            _of_care_manager(team_member.c.account_id).label("care_manager_id"),
            desk.order_by(facility.c.facility_id).limit(1).scalar_subquery().label("desk_id"),
            handoff.c.handoff_id.label("open_handoff_id"),
            taken.scalar_subquery().label("code_is_taken"),
        )
        .select_from(_joined())
        .where(
            stay.c.stay_id == bindparam("stay", type_=stay.c.stay_id.type),
            stay.c.hospital_id == bindparam("hospital", type_=stay.c.hospital_id.type),
            stay.c.state != "cancelled",
        )
        .order_by(consent.c.valid_until.desc())
        .limit(1)
        .with_for_update(read=True, of=[stay, consent])
    )


_SITUATION = _statement()
