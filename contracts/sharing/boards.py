"""A board as answered: rows of handoffs, stays and drafts."""

from marshmallow import Schema, fields

from contracts.fields import Id, Moment
from contracts.sharing.handoffs import HandoffHead
from contracts.sharing.persons import PersonHead
from contracts.sharing.stays import Stay


class HandoffRow(HandoffHead):
    """A Handoff without note, history and readers."""

    person = fields.Nested(PersonHead)
    stay = fields.Nested(Stay)


class StayRow(Stay):
    """A stay on a board."""

    person = fields.Nested(PersonHead)
    care_office_id = Id(allow_none=True)
    care_manager_id = Id(allow_none=True)


class DraftRow(Schema):
    """A note that is being written; `missing` counts its gaps."""

    stay_id = Id()
    revision = fields.Integer()
    saved_at = Moment()
    saved_by = Id()
    saved_by_name = fields.String()
    planned_at = Moment(allow_none=True)
    person = fields.Nested(PersonHead)
    missing = fields.Integer()


class HasMore(Schema):
    """Whether another page follows."""

    handoffs = fields.Boolean()
    stays = fields.Boolean()


class Board(Schema):
    """One page of a board. `counts` has the number of each group and of the stays; "received" has none."""

    handoffs = fields.List(fields.Nested(HandoffRow))
    stays = fields.List(fields.Nested(StayRow))
    drafts = fields.List(fields.Nested(DraftRow))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    more = fields.Nested(HasMore)
