"""What reached nobody, and the calls by which the desk reaches them after all; notify answers these."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment

OUTCOMES = ("reached", "no_answer", "call_back")


class ListUnreached(Schema):
    """`list_unreached` (desk, operator) → {"unreached": [Unreached, …]}, the oldest first, 200 at most.

    A desk sees those of which it is the last rung, an operator all. What was answered, was read in an inbox,
    went out to a later rung, or was told by telephone is not there any more. What an office has refused by
    FAX stays until the desk has spoken with it, or the note is declined, recalled or superseded.
    """


class GetUnreached(Schema):
    """`get_unreached` (desk, operator) → Unreached, also when it has left the list. NotFound."""

    alert_id = Id(required=True)


class LogCall(GetUnreached):
    """`log_call` (desk) → Unreached, as it is then.

    `reached` takes it from the list. It acknowledges nothing. Invalid: `again_at` required for call_back.
    """

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES, error="not_a_choice"))
    again_at = Moment(load_default=None, allow_none=True)


class FailedTry(Schema):
    """By which channel somebody was not reached, and why (a code)."""

    channel = fields.String()
    account_id = Id()
    attempts = fields.Integer()
    reason = fields.String(allow_none=True)


class PhoneCall(Schema):
    """One call. `again_at` is when they asked to be called."""

    outcome = fields.String()
    again_at = Moment(allow_none=True)
    called_by = Id()
    called_at = Moment()


class Unreached(Schema):
    """A handoff that no channel outside has brought to anybody. Nothing in it tells of a person.

    `rung` is the first one of which that was so, `role`, `office_id` and `account_ids` are its own.
    """

    alert_id = Id()
    rung = fields.Integer()
    handoff_id = Id()
    code = fields.String()
    kind = fields.String()
    urgency = fields.String()
    from_office_id = Id(allow_none=True)
    office_id = Id(allow_none=True)  # of those who were to be reached
    role = fields.String()
    account_ids = fields.List(Id())
    since = Moment()
    refused_at = Moment(allow_none=True)  # the office has sent back by FAX that it cannot
    has_moved_on = fields.Boolean()  # a later rung is asked by now
    is_listed = fields.Boolean()
    tries = fields.List(fields.Nested(FailedTry))
    calls = fields.List(fields.Nested(PhoneCall))


class UnreachedFound(Schema):
    """What reached nobody."""

    unreached = fields.List(fields.Nested(Unreached))
