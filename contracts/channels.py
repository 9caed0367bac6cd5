"""By which channels somebody is told outside the open page; notify answers these."""

from marshmallow import Schema, fields, validate

from contracts.fields import Moment

CHANNELS = ("email",)
TEST_AGAIN_S = 60


class ListChannels(Schema):
    """`list_channels` (any staff) → {"channels": [Channel, …]}: one's own."""


class TestChannel(Schema):
    """`test_channel` (any staff) → Channel: a message without any content goes to oneself, at once.

    TooMany("too_fast") within a minute of the last.
    """

    __test__ = False

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS, error="not_a_choice"))


class Channel(Schema):
    """One channel. `is_on` = this instance has it. `reason` says why the last test failed (a code)."""

    channel = fields.String()
    is_on = fields.Boolean()
    tested_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class ChannelsFound(Schema):
    """One's own channels."""

    channels = fields.List(fields.Nested(Channel))
