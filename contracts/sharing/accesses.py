"""The access log, as an auditor reads it."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment


class ListAccesses(Schema):
    """`list_accesses` (auditor) → {"accesses": [...], "page_size", "sealed_until", "unsealed"}; newest first.

    Accesses by offices of the auditor's municipality: at, account_id, office_id, role, by_key, action, kind,
    ids.
    """

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class Access(Schema):
    """One reading or writing. `ids` are those of the `kind` of thing, `person_ids` whom it was about.

    `by_key`: a system did it with an API key that acts in this account's name.
    """

    id = Id()
    at = Moment()
    account_id = Id(allow_none=True)
    office_id = Id(allow_none=True)
    role = fields.String()
    by_key = fields.Boolean()
    action = fields.String()
    kind = fields.String()
    ids = fields.List(fields.String())
    person_ids = fields.List(fields.String())


class AccessesFound(Schema):
    """One page of the log, newest first; `unsealed` counts the rows after `sealed_until`."""

    accesses = fields.List(fields.Nested(Access))
    page_size = fields.Integer()
    sealed_until = Moment(allow_none=True)
    unsealed = fields.Integer()
