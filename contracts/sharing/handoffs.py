"""Handoffs: their states, the boards, what either side does with one, and a handoff as answered."""

from marshmallow import Schema, fields, validate

from contracts.fields import Content, Id, Moment, Text
from contracts.notify import Rung
from contracts.sharing.persons import PersonOfNote
from contracts.sharing.stays import Stay

DISCHARGE_NOTE = "discharge_note.r6"
URGENCIES = ("urgent", "today")
HANDOFF_STATES = (
    "draft",
    "sent",
    "delivered",
    "seen",
    "escalated",
    "overdue",
    "acknowledged",
    "accepted",
    "declined",
    "recalled",
    "superseded",
    "completed",
)
DECLINE_REASONS = ("full", "area", "person", "other")

# What the sender does about a handoff, in the order of a board.
GROUPS = ("needs", "waiting", "done", "over")


class GetHandoff(Schema):
    """`get_handoff` → Handoff with note, person, stay, history. Access is checked and logged now.

    The first opening on the receiving side makes it `seen`. For that side a recalled one has neither note
    nor person. Without valid consent the sender sees the state, and `note` is None.
    """

    handoff_id = Id(required=True)


class ListHandoffs(Schema):
    """`list_handoffs` → {"handoffs": [HandoffRow, …], "stays": [StayRow, …], "drafts": [DraftRow, …], …}.

    `board` = "sent" (my hospital's; planner, office_manager) or "received" (what my office or I hold or
    held; care_manager, office_manager, desk). `mine` leaves what has to do with me; `handoff_ids` leaves
    these alone, for an inbox page; `part` leaves one of the lists. What is open or younger than 30 days is
    shown, in pages: `page` of the handoffs and `stays_page` of the stays; "more" tells for each whether
    another follows. "sent" begins with what the sender has to look after, then what waits for an answer,
    what is answered, what is over; `show` leaves one of these groups, and "counts" has the number of each
    and of the stays, on all pages.
    A HandoffRow is a Handoff without note and history; "received" leaves out recalled and superseded ones.
    """

    board = fields.String(required=True, validate=validate.OneOf(["sent", "received"]))
    handoff_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(max=200))
    mine = fields.Boolean(load_default=False)
    part = fields.String(load_default="", validate=validate.OneOf(["", "handoffs", "stays"]))
    show = fields.String(load_default="", validate=validate.OneOf(["", *GROUPS]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    stays_page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    page_size = fields.Integer(load_default=300, validate=validate.Range(1, 300))


class AnswerHandoff(Schema):
    """`acknowledge_handoff`, `accept_handoff`, `complete_handoff` (receiving side) → Handoff.

    Conflict("is_<state>") when the present state does not allow it; who has acknowledged may say so again.
    """

    handoff_id = Id(required=True)


class DeclineHandoff(Schema):
    """`decline_handoff` → Handoff."""

    handoff_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))
    words = Text(400, load_default="")


class RecallHandoff(Schema):
    """`recall_handoff` (sending side) → Handoff, with `readers`: who had opened it and when."""

    handoff_id = Id(required=True)
    words = Text(400, load_default="")


class RungShown(Rung):
    """A rung of the ladder that AlertRaised told of; the present one `is_current`."""

    is_current = fields.Boolean()


class HandoffHead(Schema):
    """A handoff without person, stay and note."""

    handoff_id = Id()
    code = fields.String()  # 4 + 3 characters, to be said by telephone: K4M7-2PX
    state = fields.String()
    urgency = fields.String()
    stay_id = Id()
    municipality = fields.String()
    side = fields.String()  # from which the caller sees it: sender | receiver
    has_consent = fields.Boolean()
    version = fields.Integer()
    from_office_id = Id()
    from_account_id = Id()
    from_office_name = fields.String()
    from_name = fields.String()
    to_office_id = Id(allow_none=True)
    to_account_id = Id(allow_none=True)
    desk_id = Id(allow_none=True)
    sent_at = Moment()
    delivered_at = Moment(allow_none=True)
    seen_at = Moment(allow_none=True)
    acknowledged_at = Moment(allow_none=True)
    acknowledged_by = Id(allow_none=True)
    acknowledged_by_name = fields.String(allow_none=True)
    acknowledged_office_id = Id(allow_none=True)
    accepted_at = Moment(allow_none=True)
    declined_at = Moment(allow_none=True)
    decline_reason = fields.String(allow_none=True)
    ended_at = Moment(allow_none=True)  # declined, recalled, superseded or completed
    superseded_by_id = Id(allow_none=True)
    ladder = fields.List(fields.Nested(RungShown))
    rung = fields.Integer()  # 0 = no alert yet
    hours_are_provisional = fields.Boolean()
    next_at = Moment(allow_none=True)
    may = fields.List(fields.String())  # acknowledge | accept | decline | complete | recall | supersede
    changed = fields.List(fields.String())  # paths that differ from the version before


class Note(Schema):
    """One version of a note, and what it leaves open."""

    note_id = Id()
    stay_id = Id()
    version = fields.Integer()
    supersedes_id = Id(allow_none=True)
    form = fields.String()
    content = Content(DISCHARGE_NOTE)
    is_partial = fields.Boolean()
    missing = fields.List(fields.String())
    written_by = Id()
    written_by_name = fields.String()
    written_at = Moment()


class HandoffEvent(Schema):
    """One line of a history. `words` are free text; of `recalled` they may be a code instead:
    consent_withdrawn or stay_cancelled."""

    state = fields.String()
    at = Moment()
    actor_id = Id(allow_none=True)
    actor_name = fields.String(allow_none=True)
    office_id = Id(allow_none=True)
    rung = fields.Integer(allow_none=True)
    words = fields.String()


class HandoffReader(Schema):
    """Somebody of the receiving side who has opened it."""

    handoff_id = Id()
    account_id = Id()
    office_id = Id()
    name = fields.String()
    first_read_at = Moment()


class Handoff(HandoffHead):
    """A handoff as it is answered; times are UTC. Only `get_handoff` carries note, history and readers.

    The history begins with the oldest. Readers are for the sender. One that was taken back shows the
    receiving side `recalled_at` and nothing of note, person and stay.
    """

    person = fields.Nested(PersonOfNote)
    stay = fields.Nested(Stay)
    note = fields.Nested(Note, allow_none=True)
    history = fields.List(fields.Nested(HandoffEvent))
    readers = fields.List(fields.Nested(HandoffReader))
    recalled_at = Moment()
