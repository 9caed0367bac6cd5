"""What others may know of sharing: its facts, its requests and the shapes of its answers.

- `facts`: what sharing tells
- `persons` `consents` `stays` `notes` `handoffs` `boards` `accesses`: what it may be asked, and what it
  answers

Import from here: `from contracts.sharing import DischargeNoted`.
"""

from contracts.sharing.accesses import AccessesFound, ListAccesses
from contracts.sharing.boards import Board
from contracts.sharing.consents import GrantConsent, WithdrawConsent
from contracts.sharing.facts import (
    DischargeNoted,
    DischargePlanned,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDeclined,
    HandoffRecalled,
    HandoffSeen,
    HandoffSuperseded,
    StayAdmitted,
    StayCancelled,
    StayDischarged,
    StayRevised,
)
from contracts.sharing.handoffs import (
    DECLINE_REASONS,
    DISCHARGE_NOTE,
    GROUPS,
    HANDOFF_STATES,
    URGENCIES,
    AnswerHandoff,
    DeclineHandoff,
    GetHandoff,
    Handoff,
    ListHandoffs,
    RecallHandoff,
)
from contracts.sharing.notes import Draft, DraftSaved, GetNote, NotePage, Receiver, SaveDraft, SendNote
from contracts.sharing.persons import (
    GetPerson,
    NewPerson,
    Person,
    PersonsFound,
    SearchPersons,
    SetCareManager,
)
from contracts.sharing.stays import AdmitPerson, CancelStay, DischargePerson, PlanDischarge, ReviseStay, Stay

__all__ = [
    "DECLINE_REASONS",
    "DISCHARGE_NOTE",
    "GROUPS",
    "HANDOFF_STATES",
    "URGENCIES",
    "AccessesFound",
    "AdmitPerson",
    "AnswerHandoff",
    "Board",
    "CancelStay",
    "DeclineHandoff",
    "DischargeNoted",
    "DischargePerson",
    "DischargePlanned",
    "Draft",
    "DraftSaved",
    "GetHandoff",
    "GetNote",
    "GetPerson",
    "GrantConsent",
    "Handoff",
    "HandoffAccepted",
    "HandoffAcknowledged",
    "HandoffCompleted",
    "HandoffDeclined",
    "HandoffRecalled",
    "HandoffSeen",
    "HandoffSuperseded",
    "ListAccesses",
    "ListHandoffs",
    "NewPerson",
    "NotePage",
    "Person",
    "PersonsFound",
    "PlanDischarge",
    "RecallHandoff",
    "Receiver",
    "ReviseStay",
    "SaveDraft",
    "SearchPersons",
    "SendNote",
    "SetCareManager",
    "Stay",
    "StayAdmitted",
    "StayCancelled",
    "StayDischarged",
    "StayRevised",
    "WithdrawConsent",
]
