"""What every service tells its operators, and the gateway of all of them. No personal data."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id


class ReplayDeadLetters(Schema):
    """`replay_dead_letters` → {"replayed": int}; without ids all that are parked."""

    fact_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(max=500))


class Replayed(Schema):
    """How many parked facts went back to their queues."""

    replayed = fields.Integer()


class Depth(Schema):
    """How many messages of a queue are ready, wait for another try, or are parked."""

    ready = fields.Integer()
    waiting = fields.Integer()
    dead = fields.Integer()
    consumers = fields.Integer()
    missing = fields.Boolean()


class ServiceStatus(Schema):
    """How one service stands; of one that `is_away` only the name is known."""

    service = fields.String()
    is_away = fields.Boolean()
    version = fields.String()
    started_at = fields.AwareDateTime()
    heard_at = fields.AwareDateTime(allow_none=True)
    faults = fields.List(fields.String())
    outbox = fields.Integer()
    outbox_oldest_s = fields.Float()
    relay_is_well = fields.Boolean()
    queues = fields.Dict(keys=fields.String(), values=fields.Nested(Depth))
    figures = fields.Dict(keys=fields.String(), values=fields.Float())


class GatewayStatus(Schema):
    """The gateway that answered: its version, and since when it runs."""

    version = fields.String()
    started_at = fields.AwareDateTime()


class Status(Schema):
    """How all services stand, this gateway, and how many live streams it has open."""

    gateway = fields.Nested(GatewayStatus)

    services = fields.List(fields.Nested(ServiceStatus))
    streams = fields.Integer()


class DeadLetter(Schema):
    """A message that was parked after its last try; never its data."""

    service = fields.String()
    queue = fields.String()
    fact_id = fields.String()
    type = fields.String()
    subject = fields.String()
    time = fields.String()
    attempts = fields.Integer()
    reason = fields.String()
    origin = fields.String()


class DeadLetters(Schema):
    """What is parked at every service; `away` names those that did not answer."""

    dead_letters = fields.List(fields.Nested(DeadLetter))
    away = fields.List(fields.String())
