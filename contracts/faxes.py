"""FAX as a channel: cover sheets to be sent, and what comes back on them; notify answers these."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment, Text

LIFE_D = 14
ENTERED_WITHIN_D = 7
RECEIVED, DECLINED = "received", "declined"
OUTCOMES = (RECEIVED, DECLINED)


class MakeFaxSheet(Schema):
    """`make_fax_sheet` (desk, discharge_planner) → FaxSheetMade. NotFound.

    A desk makes one of what has come to it or has reached nobody, both of what goes to an office without
    members. Conflict: is_declined, is_recalled, is_superseded.
    """

    handoff_id = Id(required=True)


class LogFaxReturn(Schema):
    """`log_fax_return` (desk, discharge_planner) → FaxReturned.

    `received` says that the office has it, as a letter's link does: it acknowledges nothing and stops no
    later rung. `declined` puts the handoff on the list of what reached nobody, and tells the desk's staff and
    the sender. A sheet may be entered for seven days after its end. Invalid of `return_code`: code_unknown,
    code_used, code_over, code_ended.
    """

    return_code = Text(20, required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES, error="not_a_choice"))


class FaxSheet(Schema):
    """One cover sheet. `outcome`, `returned_by` and `returned_at` are null until it comes back."""

    sheet_id = Id()
    office_id = Id()  # to which it goes
    made_by = Id()
    made_at = Moment()
    ends_at = Moment()  # of its return code and its link: the end of a day in Japan
    outcome = fields.String(allow_none=True)
    returned_by = Id(allow_none=True)  # who has entered what came back
    returned_at = Moment(allow_none=True)


class FaxSheetMade(Schema):
    """A new sheet with what is printed on it.

    `return_code` and `link` are told in this answer alone and are null when the request is repeated; there
    is no link to what has been answered already.
    """

    sheet = fields.Nested(FaxSheet)
    handoff_id = Id()
    code = fields.String()
    kind = fields.String()
    from_office_id = Id()
    return_code = fields.String(allow_none=True)
    link = fields.String(allow_none=True)


class FaxReturned(Schema):
    """A sheet that has come back, and the handoff that it is about."""

    sheet = fields.Nested(FaxSheet)
    handoff_id = Id()
    code = fields.String()
