"""The answers as others see them: plain dictionaries, never more than the asking side may read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts import forms
from services.sharing.domain import handoffs, ladder
from services.sharing.domain.days import age_on, day_of
from services.sharing.domain.handoffs import Event, Handoff
from services.sharing.domain.notes import Note
from services.sharing.domain.receivers import Receiver
from services.sharing.domain.stays import Stay

_INNER = frozenset({"plan", "rungs", "person_id", "note_id"})


def person_view(person: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return a person with full name, kana and age."""
    return {
        **{key: person[key] for key in _PERSON},
        "name": f"{person['family_name']} {person['given_name']}",
        "kana": f"{person['family_kana']} {person['given_kana']}",
        "age": age_on(day_of(now), person["birth_date"]),
    }


_PERSON = (
    "person_id",
    "municipality",
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "birth_date",
    "sex",
    "address",
    "phone",
    "care_level",
    "care_level_until",
)


def stay_view(stay: Stay) -> dict[str, Any]:
    """Return a stay whole."""
    return dict(vars(stay))


def receiver_view(to: Receiver) -> dict[str, Any]:
    """Return who has to answer, and as what."""
    return {**vars(to), "kind": to.kind}


def handoff_view(handoff: Handoff, side: str) -> dict[str, Any]:
    """Return a handoff without person and note, with its ladder and what `side` may do now."""
    view = {key: value for key, value in vars(handoff).items() if key not in _INNER}
    return {**view, "ladder": ladder.shown(handoff), "may": handoffs.may(handoff, side), "side": side}


def withdrawn_view(handoff: Handoff) -> dict[str, Any]:
    """Return all that the receiving side sees of a handoff that was taken back: that it was, by whom."""
    shown = ("handoff_id", "code", "state", "urgency", "from_office_id", "from_office_name", "sent_at")
    view = {key: getattr(handoff, key) for key in shown}
    return {
        **view,
        "recalled_at": handoff.ended_at,
        "side": "receiver",
        "may": [],
        "history": [],
        "ladder": [],
    }


def history_view(handoff: Handoff, events: list[Event]) -> list[dict[str, Any]]:
    """Return what happened, oldest first, beginning with the sending."""
    sent = Event(
        handoff.handoff_id,
        "sent",
        handoff.sent_at,
        handoff.from_account_id,
        handoff.from_name,
        handoff.from_office_id,
    )
    told = sorted([sent, *events], key=lambda event: event.at)
    return [{key: value for key, value in vars(event).items() if key != "handoff_id"} for event in told]


def note_view(note: Note) -> dict[str, Any]:
    """Return a version of a note with what it leaves open."""
    form = forms.load(note.form)
    return {**vars(note), "missing": forms.missing(form, note.content)}
