"""Consent to sharing: given and withdrawn. Both are answered with the person."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Text


class GrantConsent(Schema):
    """`grant_consent` → Person. Who explained is the caller's office; `explained_by` names the person."""

    person_id = Id(required=True)
    purpose = fields.String(load_default="home_care_coordination")
    scope = fields.List(fields.String(), load_default=lambda: ["discharge_note", "stay"])
    explained_by = Text(60, required=True)
    given_by = fields.String(load_default="self", validate=validate.OneOf(["self", "family", "guardian"]))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True)


class WithdrawConsent(Schema):
    """`withdraw_consent` → Person. Reads and sends stop at once; open handoffs that no other consent carries
    are recalled. Conflict("already_withdrawn")."""

    person_id = Id(required=True)
    consent_id = Id(required=True)
