"""Who is on duty at an office: its rota, and duties that people swap. notify answers these."""

from marshmallow import Schema, ValidationError, fields, validate

from contracts.directory import WEEKDAYS
from contracts.fields import DayTime, Id, Moment

STEP = 15  # minutes: duties begin and end at these
MOST_WEEKLY = 100
MOST_SINGLE = 200

# Duties of the coming weeks that are looked through for gaps, and listed as one's own.
WEEKS_AHEAD = 4


class DutyTime(DayTime):
    """`HH:MM` in steps of a quarter of an hour, Japanese time."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if int(text[3:]) % STEP:
            raise ValidationError("not_a_quarter")
        return text


class RotaLine(Schema):
    """One time: who is on duty in it, or why nobody is.

    `gap`: nobody_on_duty | away | suspended | not_a_member (`account_id` would have been); `is_open` marks
    a gap in which the office works. `source`: weekly | single | swap, none where nothing was said.
    """

    from_at = Moment()
    until_at = Moment()
    account_id = Id(allow_none=True)
    duty_id = Id(allow_none=True)
    source = fields.String(allow_none=True)
    gap = fields.String(allow_none=True)
    is_open = fields.Boolean()


class WeeklyDuty(Schema):
    """A duty of every week. What ends before it begins, or at the same time, ends on the next day."""

    duty_id = Id()
    weekday = fields.String()
    begins = fields.String()
    ends = fields.String()
    account_id = Id()
    from_at = Moment()
    until_at = Moment(allow_none=True)  # none while it goes on


class SingleDuty(Schema):
    """A duty of one day, in the place of weekly and earlier ones; without `account_id` nobody's."""

    duty_id = Id()
    from_at = Moment()
    until_at = Moment()
    account_id = Id(allow_none=True)
    is_swap = fields.Boolean()


class OwnDuty(Schema):
    """A coming duty of the caller. `swap_id` is the offer that waits for an answer."""

    from_at = Moment()
    until_at = Moment()
    swap_id = Id(allow_none=True)


class Swap(Schema):
    """An offer of one duty to a colleague.

    `state`: waits | accepted | declined | withdrawn | lapsed (no answer when the duty began: it stayed with
    `from_account_id`) | changed (somebody else was put on duty meanwhile).
    """

    swap_id = Id()
    from_account_id = Id()
    to_account_id = Id()
    from_at = Moment()
    until_at = Moment()
    offered_at = Moment()
    answered_at = Moment(allow_none=True)
    state = fields.String()


class Rota(Schema):
    """The rota of the caller's office: the seven days from `first_day` on, and what is to come.

    `gaps` are those of the coming weeks outside of opening hours. `swaps` are the caller's own, for whoever
    `may_edit` all, newest first. `members` may be put on duty; a ladder can ask those of them who
    `may_answer`.
    """

    office_id = Id()
    first_day = fields.Date()
    lines = fields.List(fields.Nested(RotaLine))
    gaps = fields.List(fields.Nested(RotaLine))
    weekly = fields.List(fields.Nested(WeeklyDuty))
    single = fields.List(fields.Nested(SingleDuty))
    own = fields.List(fields.Nested(OwnDuty))
    swaps = fields.List(fields.Nested(Swap))
    members = fields.List(Id())
    may_answer = fields.List(Id())
    may_edit = fields.Boolean()
    is_empty = fields.Boolean()


class DutyKept(Schema):
    """The id of a duty that was kept, ended or removed."""

    duty_id = Id()


# Questions -----------------------------------------------------------------------------------


class GetRota(Schema):
    """`get_rota` (any staff) → Rota of the week of `day`, today's without one."""

    day = fields.Date(load_default=None, allow_none=True)


class AddWeeklyDuty(Schema):
    """`add_weekly_duty` (office_manager, desk) → DutyKept. Counts from `first_day`, at once without one.

    Invalid: `account_id` not_a_member, not_active; `begins` duties_overlap. Conflict: too_many_duties.
    """

    weekday = fields.String(required=True, validate=validate.OneOf(WEEKDAYS))
    begins = DutyTime(required=True)
    ends = DutyTime(required=True)
    account_id = Id(required=True)
    first_day = fields.Date(load_default=None, allow_none=True)


class EndWeeklyDuty(Schema):
    """`end_weekly_duty` (office_manager, desk) → DutyKept. From `first_day` on it is no more.

    At once without one; a duty that is under way ends with it.
    """

    duty_id = Id(required=True)
    first_day = fields.Date(load_default=None, allow_none=True)


class AddSingleDuty(Schema):
    """`add_single_duty` (office_manager, desk) → DutyKept. Takes the place of whatever covers its time.

    What ends before it begins, or at the same time, ends on the next day. Without `account_id` nobody is
    on duty then. Invalid: `account_id` not_a_member, not_active; `day` in_the_past, out_of_range.
    """

    day = fields.Date(required=True)
    begins = DutyTime(required=True)
    ends = DutyTime(required=True)
    account_id = Id(required=True, allow_none=True)


class RemoveSingleDuty(Schema):
    """`remove_single_duty` (office_manager, desk) → DutyKept. What it took the place of holds again."""

    duty_id = Id(required=True)


class OfferSwap(Schema):
    """`offer_swap` (any staff) → Swap: a coming duty of the caller, to a colleague of the same office.

    Conflict: duty_has_begun, duty_changed (it is not the caller's), swap_waits (it is offered already).
    Invalid: `to_account_id` not_a_member, not_active, away_then.
    """

    from_at = Moment(required=True)
    until_at = Moment(required=True)
    to_account_id = Id(required=True)


class AnswerSwap(Schema):
    """`answer_swap` (the colleague) → Swap. Accepted, the duty is the colleague's from that moment on.

    Conflict: swap_answered, duty_has_begun, duty_changed, on_duty_elsewhere.
    """

    swap_id = Id(required=True)
    is_accepted = fields.Boolean(required=True)


class WithdrawSwap(Schema):
    """`withdraw_swap` (who has offered it) → Swap. Conflict: swap_answered, duty_has_begun."""

    swap_id = Id(required=True)
