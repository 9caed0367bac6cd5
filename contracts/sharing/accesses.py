"""The access log, as an auditor reads it."""

from marshmallow import Schema, fields, validate


class ListAccesses(Schema):
    """`list_accesses` (auditor) → {"accesses": [...], "page_size", "sealed_until", "unsealed"}; newest first.

    Accesses by offices of the auditor's municipality: at, account_id, office_id, role, action, kind, ids.
    """

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
