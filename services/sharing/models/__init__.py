"""The tables of sharing."""

from services.sharing.models.base import metadata
from services.sharing.models.copies import facility, office
from services.sharing.models.handoffs import handoff, handoff_event, handoff_holder, handoff_reader
from services.sharing.models.notes import note, note_draft
from services.sharing.models.persons import consent, person, team_member
from services.sharing.models.stays import stay, stay_version

__all__ = [
    "consent",
    "facility",
    "handoff",
    "handoff_event",
    "handoff_holder",
    "handoff_reader",
    "metadata",
    "note",
    "note_draft",
    "office",
    "person",
    "stay",
    "stay_version",
    "team_member",
]
