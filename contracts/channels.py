"""By which channels somebody is told outside the open page; notify answers these."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment
from contracts.texts import DEFAULT, LANGUAGES

EMAIL, PUSH = "email", "push"
CHANNELS = (EMAIL, PUSH)
URGENCIES = ("urgent", "today")
TEST_AGAIN_S = 60
DEVICES_AT_MOST = 5
BROWSERS = ("chrome", "edge", "firefox", "safari", "other")
SYSTEMS = ("android", "ios", "windows", "macos", "linux", "other")


def _one_of(*codes: str) -> validate.OneOf:
    return validate.OneOf(codes, error="not_a_choice")


class ListChannels(Schema):
    """`list_channels` (any staff) → ChannelsFound: one's own."""


class TestChannel(Schema):
    """`test_channel` (any staff) → Channel: a message without any content goes to oneself, at once.

    TooMany("too_fast") within a minute of the last.
    """

    __test__ = False

    channel = fields.String(required=True, validate=_one_of(*CHANNELS))


class Channel(Schema):
    """One channel. `is_on` = this instance has it. `reason` says why the last test failed (a code)."""

    channel = fields.String()
    is_on = fields.Boolean()
    tested_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class Rank(Schema):
    """The place of a channel for an urgency: those of one rank at once, the next when all these failed.

    0 = not used.
    """

    urgency = fields.String(required=True, validate=_one_of(*URGENCIES))
    channel = fields.String(required=True, validate=_one_of(*CHANNELS))
    rank = fields.Integer(required=True, validate=validate.Range(0, len(CHANNELS), error="not_a_choice"))


class SetChannelOrder(Schema):
    """`set_channel_order` (any staff) → ChannelsFound: one's own order, in place of the one before.

    An urgency that is not named, like everybody's at first, uses all channels at once. Invalid: needs_channel
    for one that has none.
    """

    ranks = fields.List(
        fields.Nested(Rank), required=True, validate=validate.Length(max=len(CHANNELS) * len(URGENCIES))
    )


class Device(Schema):
    """A browser in which somebody is told by push."""

    device_id = Id()
    browser = fields.String()
    system = fields.String()
    added_at = Moment()
    last_sent_at = Moment(allow_none=True)


class AddDevice(Schema):
    """`add_device` (any staff) → Device. Conflict: too_many_devices.

    `endpoint`, `p256dh` and `auth` are those of a push subscription (W3C Push API) that was made with
    `push_key`. A browser that is known already belongs to whoever adds it last.
    """

    endpoint = fields.String(required=True, validate=validate.Length(1, 1000, error="not_a_url"))
    p256dh = fields.String(required=True, validate=validate.Length(1, 200, error="not_valid"))
    auth = fields.String(required=True, validate=validate.Length(1, 100, error="not_valid"))
    browser = fields.String(load_default="other", validate=_one_of(*BROWSERS))
    system = fields.String(load_default="other", validate=_one_of(*SYSTEMS))
    language = fields.String(load_default=DEFAULT, validate=_one_of(*LANGUAGES))


class RemoveDevice(Schema):
    """`remove_device` (any staff) → {}. NotFound."""

    device_id = Id(required=True)


class ChannelsFound(Schema):
    """One's own channels. `push_key` is what a browser needs to subscribe, None where there is no push."""

    channels = fields.List(fields.Nested(Channel))
    ranks = fields.List(fields.Nested(Rank))
    devices = fields.List(fields.Nested(Device))
    push_key = fields.String(allow_none=True)
