"""The records that a discharge note is filled from, in the words of the form's `prefill`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.forms import Form
from services.sharing.domain.days import age_on, day_of
from services.sharing.domain.drafts import Origin
from services.sharing.domain.notes import Note
from services.sharing.domain.stays import Stay


def origins(person: Mapping[str, Any], stay: Stay, now: datetime) -> dict[str, Origin]:
    """Return person, stay, hospital and today as origins."""
    return {
        "person": _person(person, now),
        "stay": _stay(stay),
        "hospital": Origin({"hospital.name": stay.hospital_name}, stay.changed_at, ""),
        "today": Origin({"today": day_of(now).isoformat()}, now, ""),
    }


def last_note(form: Form, note: Note, stay: Stay) -> Origin:
    """Return the last note as an origin. Its log counts the hearings of one stay and stays with it."""
    logs = {field.path for field in form if field.kind == "log"} if note.stay_id != stay.stay_id else set()
    values = {path: value for path, value in note.content.items() if path not in logs}
    return Origin(values, note.written_at, note.written_by_name)


def _person(person: Mapping[str, Any], now: datetime) -> Origin:
    values = {
        "person.name": f"{person['family_name']} {person['given_name']}",
        "person.kana": f"{person['family_kana']} {person['given_kana']}",
        "person.sex": person["sex"],
        "person.age": age_on(day_of(now), person["birth_date"]),
        "person.care_level": person["care_level"],
    }
    return Origin(values, person["entered_at"], person["entered_by_name"])


def _stay(stay: Stay) -> Origin:
    values = {
        "stay.cause": stay.cause,
        "stay.ward": stay.ward,
        "stay.room": stay.room,
        "stay.admitted_on": day_of(stay.admitted_at).isoformat(),
        "stay.planned_on": day_of(stay.planned_at).isoformat() if stay.planned_at else None,
    }
    return Origin(values, stay.changed_at, stay.changed_by_name)
