"""When somebody wants to be written to; notify answers these. The inbox itself is never held back."""

from marshmallow import Schema, fields, validate

from contracts.directory import WEEKDAYS, Span
from contracts.fields import DayTime, Id, Moment, TimeOfDay

MOST_WINDOWS = 6  # a day


class Quiet(Schema):
    """Quiet hours that begin on a day; those that end before they begin end on the next day.

    The same time twice is 24 hours.
    """

    begins = TimeOfDay(required=True)
    ends = TimeOfDay(required=True)


class Wishes(Schema):
    """What holds for letters that may wait. Without any window every time is one.

    Nights of Monday to Friday and nights of Saturday and Sunday have quiet hours of their own.
    `digest_at` is when, on working days of the office in which it was wished, one letter a day tells what is
    still open; on holidays too unless these are quiet. It takes the place of no other letter.
    """

    quiet_weekdays = fields.Nested(Quiet, load_default=None, allow_none=True)
    quiet_weekends = fields.Nested(Quiet, load_default=None, allow_none=True)
    quiet_holidays = fields.Boolean(load_default=False)
    windows = fields.Dict(
        keys=fields.String(validate=validate.OneOf(WEEKDAYS)),
        values=fields.List(fields.Nested(Span), validate=validate.Length(max=MOST_WINDOWS, error="too_many")),
        load_default=dict,
    )
    digest_at = DayTime(load_default=None, allow_none=True)


class WishesFound(Schema):
    """One's own wishes; `changed_at` is none while nothing was wished."""

    wishes = fields.Nested(Wishes)
    changed_at = Moment(allow_none=True)


# Questions -----------------------------------------------------------------------------------


class GetWishes(Schema):
    """`get_wishes` (any staff) → WishesFound."""


class SetWishes(Wishes):
    """`set_wishes` (any staff) → WishesFound. Counts at once, also for letters that wait.

    Invalid("wishes"): `windows` unreachable, `windows.mon` before_start or overlaps.
    """


class DrawWishes(Schema):
    """`draw_wishes` (any staff) → WishesDrawn: what becomes of a note that arrives `at` and names me.

    By my wishes as they are, or by the `content` given; by the rules of this desk, or those shipped.
    """

    at = Moment(required=True)
    desk_id = Id(load_default=None, allow_none=True)
    content = fields.Nested(Wishes, load_default=None, allow_none=True)


class DrawnLetter(Schema):
    """When a note of one urgency asks me, and when its letter goes out.

    `why`: at_once | breaks_through | on_duty | waits | would_be_late (the next one would be asked before) |
    not_asked.
    """

    urgency = fields.String()
    asked_at = Moment(allow_none=True)  # then it is in the inbox
    until = Moment(allow_none=True)  # then the next one is asked
    letter_at = Moment(allow_none=True)
    why = fields.String()


class WishesDrawn(Schema):
    """One line for each urgency."""

    at = Moment()
    letters = fields.List(fields.Nested(DrawnLetter))
