"""How a desk's or an office's handoffs were answered: what notify counts of them. No person is named."""

from marshmallow import Schema, fields

from contracts.fields import Id

MOST_DAYS = 366


class GetStatistics(Schema):
    """`get_statistics` (desk, office_manager) → Statistics of the notes that arrived on these days in Japan.

    A desk asks of all whose last rung it is, a manager of those to the own office. Both days are included.
    Invalid: `last_day` before_start, or out_of_range when these are more than a year.
    """

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class Spread(Schema):
    """How long something took, in seconds; nine in ten took `p90_s` at most. None where `count` is 0."""

    count = fields.Integer()
    median_s = fields.Integer(allow_none=True)
    p90_s = fields.Integer(allow_none=True)


class Taken(Schema):
    """From arrival to seen and to acknowledged, as the clock goes and in the receiving office's opening time.

    Opening time is missing where it cannot be told, so it may count fewer.
    """

    seen = fields.Nested(Spread)
    acknowledged = fields.Nested(Spread)
    seen_office = fields.Nested(Spread)
    acknowledged_office = fields.Nested(Spread)


class Share(Schema):
    """Notes that have something in common. `of` is an urgency, an office's id or an hour; None of all.

    `declined` and `withdrawn` (recalled or superseded) may have been acknowledged before. `overdue` is what
    the desk, too, let pass. `waiting` has no end yet.
    """

    of = fields.String(allow_none=True)
    arrived = fields.Integer()
    seen = fields.Integer()
    acknowledged = fields.Integer()
    declined = fields.Integer()
    withdrawn = fields.Integer()
    overdue = fields.Integer()
    waiting = fields.Integer()
    took = fields.Nested(Taken)


class RungShare(Schema):
    """How often a rung was asked, and how often its time was over without an answer."""

    role = fields.String()
    asked = fields.Integer()
    climbed = fields.Integer()


class Load(Schema):
    """How many alerts one person had on one day on which there was any."""

    people = fields.Integer()
    days = fields.Integer()  # of one person each
    alerts = fields.Integer()
    median = fields.Integer(allow_none=True)
    p90 = fields.Integer(allow_none=True)
    most = fields.Integer(allow_none=True)


class PersonLoad(Schema):
    """The alerts of one member of the asking office."""

    account_id = Id()
    days = fields.Integer()
    alerts = fields.Integer()
    most = fields.Integer()


class DeliveryShare(Schema):
    """What became of letters by one channel: queued | sent | failed | cancelled."""

    channel = fields.String()
    state = fields.String()
    count = fields.Integer()


class Statistics(Schema):
    """What notify counts of the notes of some days. `people` is of the asking office alone."""

    first_day = fields.Date()
    last_day = fields.Date()
    whole = fields.Nested(Share)
    by_urgency = fields.List(fields.Nested(Share))
    by_office = fields.List(fields.Nested(Share))
    by_hour = fields.List(fields.Nested(Share))
    rungs = fields.List(fields.Nested(RungShare))
    workload = fields.Nested(Load)
    people = fields.List(fields.Nested(PersonLoad))
    deliveries = fields.List(fields.Nested(DeliveryShare))
