"""What others may know of notify: its facts and its questions."""

from marshmallow import Schema, fields, validate

from contracts.fact import Fact
from contracts.faxes import FaxSheet
from contracts.fields import Id, Moment
from contracts.holding import Taking


class Rung(Schema):
    """One step of a ladder. `skipped` says why nobody is asked there (a code), else None.

    `role` is care_manager | deputy | on_duty | office_manager | office | desk; `account_ids` may
    be several at the last two.
    """

    number = fields.Integer(required=True)
    role = fields.String(required=True)
    account_ids = fields.List(Id(), required=True)
    office_id = Id(allow_none=True, load_default=None)
    starts_at = Moment(required=True)  # as planned
    started_at = Moment(allow_none=True, load_default=None)
    skipped = fields.String(allow_none=True, load_default=None)


class AlertRaised(Fact):
    """A handoff is in the inbox of the first rung: delivered. Tells the ladder that is planned.

    Comes again with a higher `revision` when hours or staff have changed and the ladder with them.
    """

    subject = "handoff_id"
    heard_by = ("sharing",)

    handoff_id = Id(required=True)
    alert_id = Id(required=True)
    delivered_at = Moment(required=True)
    rungs = fields.List(fields.Nested(Rung), required=True)
    current = fields.Integer(required=True)
    hours_are_provisional = fields.Boolean(required=True)


class AlertEscalated(Fact):
    """Nobody acknowledged in time: the next rung has it now. `revision` is that of the plan it climbs."""

    subject = "handoff_id"
    heard_by = ("sharing",)

    handoff_id = Id(required=True)
    alert_id = Id(required=True)
    rung = fields.Nested(Rung, required=True)
    escalated_at = Moment(required=True)
    next_at = Moment(allow_none=True, load_default=None)


class AlertOverdue(Fact):
    """Even the desk, the last rung, has not acknowledged in its time."""

    subject = "handoff_id"
    heard_by = ("sharing",)

    handoff_id = Id(required=True)
    alert_id = Id(required=True)
    overdue_at = Moment(required=True)


class NotificationSent(Fact):
    """A channel outside took one delivery."""

    subject = "delivery_id"
    heard_by = ()

    delivery_id = Id(required=True)
    alert_id = Id(required=True)
    channel = fields.String(required=True)
    sent_at = Moment(required=True)


class NotificationFailed(Fact):
    """A delivery was given up after days, was refused for good or has come back; `reason` is a code.

    One that comes back was told as sent before.
    """

    subject = "delivery_id"
    heard_by = ()

    delivery_id = Id(required=True)
    alert_id = Id(required=True)
    channel = fields.String(required=True)
    reason = fields.String(required=True)
    failed_at = Moment(required=True)


class LetterReturned(Fact):
    """A mail server has reported that somebody's mailbox is not there; the letter went out at `sent_at`."""

    subject = "account_id"
    heard_by = ("accounts",)

    account_id = Id(required=True)
    sent_at = Moment(required=True)
    returned_at = Moment(required=True)


# Live hints (broadcast, lossy). A gateway passes them to the open streams of these readers:
# {"event": "live", "to": ["account:<id>" | "office:<id>", …],
#  "kind": "alert" | "handoff" | "holding" | "inbox" | "conference", "seq": int | None,
#  "handoff_id": …, "state": …}. `seq` is the reader's own inbox number (alerts only).

# Questions -----------------------------------------------------------------------------------


# What the desk and the sender are told when an office has sent back by FAX that it cannot.
FAX_DECLINED = "fax_declined"
_WHOSE = validate.OneOf(["me", "office"])


class ListInbox(Schema):
    """`list_inbox` → Inbox.

    `whose` = "me" (my alerts) or "office" (all of the office in which I act).
    `show` = "mine" is what waits and the caller is at. Days are those in Japan, both included.
    `after_seq` answers only items with a greater number, oldest first: the stream's catch-up.
    """

    whose = fields.String(load_default="me", validate=_WHOSE)
    show = fields.String(load_default="all", validate=validate.OneOf(["all", "waiting", "unread", "mine"]))
    urgency = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["urgent", "today"]))
    from_office_id = Id(load_default=None, allow_none=True)
    arrived_from = fields.Date(load_default=None, allow_none=True)
    arrived_until = fields.Date(load_default=None, allow_none=True)
    after_seq = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class InboxItem(Schema):
    """One alert for one reader. `waits` = this reader (or the office) still has to answer."""

    item_id = Id()
    seq = fields.Integer()
    alert_id = Id()
    handoff_id = Id()
    code = fields.String()
    kind = fields.String()  # discharge_note | answer (the sender is told what became of it)
    urgency = fields.String()
    rung = fields.Integer()
    role = fields.String()
    waits = fields.Boolean()
    # acknowledged | declined | recalled | superseded | moved_on; of an answer what is told:
    # acknowledged | accepted | declined | overdue | fax_declined (the desk is told too)
    ended = fields.String(allow_none=True)
    arrived_at = Moment()
    read_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True)  # when it moves to the next rung
    next_role = fields.String(allow_none=True)
    next_account_ids = fields.List(Id())
    from_office_id = Id(allow_none=True)
    held_by = Id(allow_none=True)  # the colleague who is at it
    held_since = Moment(allow_none=True)
    may = fields.List(fields.String())  # take | let_go | hand_on


class MarkRead(Schema):
    """`mark_read` → {}. Reading is not acknowledging."""

    handoff_id = Id(required=True)


class ListSenders(Schema):
    """`list_senders` → Senders."""

    whose = fields.String(load_default="me", validate=_WHOSE)


class Senders(Schema):
    """The offices from which an inbox's newest alerts came."""

    office_ids = fields.List(Id())


class MarkItems(Schema):
    """`mark_items` → Marked. Items of the caller and of the caller's office; others are passed over."""

    item_ids = fields.List(Id(), required=True, validate=validate.Length(1, 200))
    is_read = fields.Boolean(required=True)


class Marked(Schema):
    """How many items were not so before."""

    changed = fields.Integer()


class GetLadder(Schema):
    """`get_ladder` → {"handoff_id", "state", "current", "next_at", "hours_are_provisional",
    "rungs": [Rung…], "deliveries": [Delivery…], "takings": [Taking…], "faxes": [FaxSheet…],
    "may_fax"}.

    Only for the sender's and the receiving side; others get NotFound.
    """

    handoff_id = Id(required=True)


class Delivery(Schema):
    """One try to reach one person on one channel."""

    delivery_id = Id()
    channel = fields.String()  # inbox | email | phone | link | fax (the office has it)
    account_id = Id(allow_none=True)  # None: the inbox of office_id
    office_id = Id(allow_none=True)
    rung = fields.Integer()
    state = fields.String()  # queued | sent | failed | cancelled; of link and fax received
    attempts = fields.Integer()
    queued_at = Moment()
    sent_at = Moment(allow_none=True)
    next_try_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class Inbox(Schema):
    """One page of alerts. `waiting`, `unread` and `mine` count all; `last_seq` is the newest alert's number.

    `found` counts what the request asked for, None when that is everything. An answer to `after_seq` has
    none of these but `last_seq`. `unreached` is what has reached nobody: a desk's own, for operators all.
    `offers` counts the duties that colleagues of this office offer the caller.
    """

    items = fields.List(fields.Nested(InboxItem))
    waiting = fields.Integer()
    unread = fields.Integer()
    mine = fields.Integer()
    unreached = fields.Integer()
    found = fields.Integer(allow_none=True)
    offers = fields.Integer()
    last_seq = fields.Integer()


class Ladder(Schema):
    """Who was, is and will be asked about a handoff, and by which channel each was reached."""

    handoff_id = Id()
    state = fields.String()  # delivered | escalated | overdue, or how it ended
    current = fields.Integer()
    next_at = Moment(allow_none=True)
    hours_are_provisional = fields.Boolean()
    rungs = fields.List(fields.Nested(Rung))
    deliveries = fields.List(fields.Nested(Delivery))
    takings = fields.List(fields.Nested(Taking))
    faxes = fields.List(fields.Nested(FaxSheet))
    may_fax = fields.Boolean()  # the caller may make a cover sheet now
