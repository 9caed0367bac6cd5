"""What an office does with an alert before it is answered: take it, let it go, hand it on.

Taking says to colleagues who is at it (対応中). It is no acknowledgement: the ladder goes on.
"""

from marshmallow import Schema, fields

from contracts.fields import Id, Moment


class TakeAlert(Schema):
    """`take_alert` → Holding. For the office that is asked now; `held_by_other` when a colleague has it."""

    handoff_id = Id(required=True)


class LetGoAlert(Schema):
    """`let_go_alert` → Holding. By whoever has it, by the office's manager, and among the desk by anybody."""

    handoff_id = Id(required=True)


class HandOnAlert(Schema):
    """`hand_on_alert` → Holding. To a colleague, who is alerted and has it from now on."""

    handoff_id = Id(required=True)
    to_account_id = Id(required=True)


class GetHolding(Schema):
    """`get_holding` → Holding. NotFound when the caller's office never had the alert in its inbox."""

    handoff_id = Id(required=True)


class Holding(Schema):
    """Who is at an alert for the caller's office; nobody = None.

    `may` are take | let_go | hand_on, as far as this caller may now. `colleague_ids` are those to whom it
    can be handed on.
    """

    handoff_id = Id()
    code = fields.String()
    kind = fields.String()
    from_office_id = Id(allow_none=True)
    held_by = Id(allow_none=True)
    held_since = Moment(allow_none=True)
    may = fields.List(fields.String())
    colleague_ids = fields.List(Id())


class Taking(Schema):
    """One act of the record: `what` is taken | let_go | handed_on, `held_by` who has it by that."""

    what = fields.String()
    office_id = Id()
    actor_id = Id()
    held_by = Id(allow_none=True)
    at = Moment()
