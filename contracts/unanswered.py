"""What nobody has answered yet, for the desk that stands at the end of its ladders; notify answers these."""

from marshmallow import Schema, fields

from contracts.fields import DayTime, Id, Moment


class ListUnanswered(Schema):
    """`list_unanswered` (desk) → UnansweredFound: the caller's desk's, the oldest first, 200 at most.

    Also what an office has refused by FAX, though somebody has acknowledged it, until the desk has spoken
    with that office.
    """


class SetListTime(Schema):
    """`set_list_time` (desk) → UnansweredFound. When the desk's staff get the list of a working day.

    A time that has passed today counts from the next working day on.
    """

    lists_at = DayTime(required=True)


class Unanswered(Schema):
    """A handoff that nobody has answered, or of which an office has refused. Nothing in it tells of a person.

    `role` and `office_id` are those of the rung that is asked now, `rung` its number.
    """

    handoff_id = Id()
    code = fields.String()
    urgency = fields.String()
    from_office_id = Id(allow_none=True)
    office_id = Id(allow_none=True)
    role = fields.String()
    rung = fields.Integer()
    raised_at = Moment()
    age_s = fields.Integer()
    next_at = Moment(allow_none=True)  # then the next rung is asked
    refused_at = Moment(allow_none=True)  # the office has sent back by FAX that it cannot
    received_by = fields.String(allow_none=True)  # link | fax: the office has it, as it says itself
    is_overdue = fields.Boolean()
    is_at_desk = fields.Boolean()  # so the desk may open it


class UnansweredFound(Schema):
    """What nobody has answered or an office has refused; `count` is of all.

    `lists_at` is when the desk is written to.
    """

    unanswered = fields.List(fields.Nested(Unanswered))
    count = fields.Integer()
    lists_at = fields.String()
