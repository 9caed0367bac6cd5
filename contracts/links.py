"""Links in letters, by which an office says without signing in that it has one; notify answers these."""

from marshmallow import Schema, fields, validate

from contracts.fields import Moment

LIFE_D = 14


class GetLink(Schema):
    """`get_link` (anybody) → Link. NotFound. Asking changes nothing, however often.

    `link` is the SHA-256 of the link's token, hex: the token itself is known to the letter alone.
    """

    link = fields.String(required=True, validate=validate.Regexp(r"\A[0-9a-f]{64}\Z", error="not_valid"))


class ReceiveByLink(GetLink):
    """`receive_by_link` (anybody) → Link, as it is then. NotFound. Conflict: link_used, link_over,
    link_ended.

    It says that the office has the letter. That quietens repeats to those of the same rung until the
    desk's time is over, and nothing else: only a person acknowledges.
    """


class Link(Schema):
    """What a link is about, and whether it can still be used.

    `state` is open | used | over (older than two weeks) | recalled |
    superseded (a newer version of the note has a link of its own) | ended (somebody has answered).
    Only an open or used one says whose letter it is.
    """

    state = fields.String()
    office = fields.String()  # that has sent it
    kind = fields.String()
    code = fields.String()
    received_at = Moment(allow_none=True)
