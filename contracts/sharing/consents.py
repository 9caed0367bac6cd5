"""Consent to sharing: given and withdrawn. Both are answered with the person."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment, Text


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


class Consent(Schema):
    """A consent as it was recorded; `covers_note` and `covers_stay` say what of its scope reads ask for."""

    consent_id = Id()
    person_id = Id()
    purpose = fields.String()
    scope = fields.List(fields.String())
    covers_note = fields.Boolean()
    covers_stay = fields.Boolean()
    given_by = fields.String()
    explained_by = fields.String()
    explained_at_office_id = Id()
    recorded_by = Id()
    recorded_at = Moment()
    valid_from = fields.Date()
    valid_until = fields.Date()
    withdrawn_at = Moment(allow_none=True)
    withdrawn_by = Id(allow_none=True)


class ListedConsent(Consent):
    """One of all consents, with whether it is in force now."""

    is_valid = fields.Boolean()
