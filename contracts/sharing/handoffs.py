"""Handoffs: their states, the boards, what either side does with one, and a handoff as answered."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment, Text

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
# A ladder's rungs; on the last one whoever sent the note is asked to look after it.
RUNGS = 4

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


class Handoff(Schema):
    """A handoff as it is answered; times are UTC. Only `get_handoff` carries note, history and readers."""

    handoff_id = Id()
    code = fields.String()  # 4 + 3 characters, to be said by telephone: K4M7-2PX
    state = fields.String()
    urgency = fields.String()
    stay_id = Id()
    side = fields.String()  # from which the caller sees it: sender | receiver
    person = fields.Dict()  # a Person without lists
    stay = fields.Dict()
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
    accepted_at = Moment(allow_none=True)
    declined_at = Moment(allow_none=True)
    decline_reason = fields.String(allow_none=True)
    ended_at = Moment(allow_none=True)  # declined, recalled, superseded or completed
    superseded_by_id = Id(allow_none=True)
    ladder = fields.List(fields.Dict())  # rungs of AlertRaised, current one marked `is_current`
    rung = fields.Integer()  # 0 = no alert yet
    hours_are_provisional = fields.Boolean()
    next_at = Moment(allow_none=True)
    may = fields.List(fields.String())  # acknowledge | accept | decline | complete | recall | supersede
    note = fields.Dict(allow_none=True)  # note_id, version, form, content, is_partial, missing, written_…
    changed = fields.List(fields.String())  # paths that differ from the version before
    # [{state, at, actor_id, actor_name, office_id, rung, words}], oldest first. `words` are free text; of
    # `recalled` they may be the code consent_withdrawn or stay_cancelled.
    history = fields.List(fields.Dict())
    readers = fields.List(fields.Dict())  # for the sender: [{account_id, office_id, name, first_read_at}]
