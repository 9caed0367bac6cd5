"""API keys, by which an office's own system uses the API in somebody's name; accounts answers these."""

from marshmallow import Schema, fields, validate

from contracts import roles
from contracts.fields import Id, Moment, Text
from contracts.scopes import SCOPES

# How a key begins, so that people and scanners recognise one that lies where it should not.
PREFIX = "tsu_"
# What stands for a session where a key was used, in callers and access logs: key:<key_id>.
KEY_SESSION = "key:"
LONGEST_LIFE_D = 365
# Roles that care for people. The others look after the system or look over its shoulder: by hand.
KEY_ROLES = (
    roles.DISCHARGE_PLANNER,
    roles.CARE_MANAGER,
    roles.OFFICE_MANAGER,
    roles.CLINICIAN,
    roles.CARE_WORKER,
    roles.DESK,
)

# Live hint (broadcast, lossy): {"event": "key_withdrawn", "session": "key:<key_id>"}. A gateway drops its
# copy and closes streams, as for a session that ended.


class MakeKey(Schema):
    """`make_key` (office_manager) → {"key": ApiKey, "secret": the key, shown this once}.

    It acts as one membership of the manager's office, and only after its person has agreed; a manager's own
    key counts as agreed. Ends after `days`. Invalid: `membership_id` not_active, no_keys_in_this_role;
    `scopes` required, not_a_choice. Conflict: too_many_keys. A request repeated with its key is answered
    without the secret.
    """

    name = Text(60, required=True)
    membership_id = Id(required=True)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES, error="not_a_choice")),
        required=True,
        validate=validate.Length(1, len(SCOPES), error="required"),
    )
    days = fields.Integer(load_default=LONGEST_LIFE_D, validate=validate.Range(1, LONGEST_LIFE_D))


class ListKeys(Schema):
    """`list_keys` (any member of staff) → {"keys": [ApiKey, …]}, newest first.

    A manager sees those of the office, everybody else those that act in their own name there.
    """


class ChangeKey(Schema):
    """`agree_to_key` (the person), `withdraw_key` (the person, or the office_manager) → ApiKey.

    A key that was withdrawn stays so. Conflict: key_is_over.
    """

    key_id = Id(required=True)


class GetKey(Schema):
    """`get_key` (visitor) → KeyFound, for the SHA-256 of a key.

    NotSignedIn: key_not_valid (unknown, withdrawn, its person may not act), key_expired, key_waits.
    """

    key_hash = fields.String(required=True)


class ApiKey(Schema):
    """A key as the office sees it; the key itself is nowhere.

    `state` is waits (for the person's agreement) | active | resting (its person may not act now) | expired |
    withdrawn. `begins` are its first characters. A suspension withdraws the keys of that role; a password set
    by an invitation has those in the person's name wait for their agreement once more.
    """

    key_id = Id()
    name = fields.String()
    begins = fields.String()
    membership_id = Id()
    account_id = Id()
    account_name = fields.String()
    role = fields.String()
    scopes = fields.List(fields.String())
    state = fields.String()
    made_by = Id()
    made_at = Moment()
    agreed_at = Moment(allow_none=True)
    expires_at = Moment()
    last_used_at = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)


class KeyMade(Schema):
    """The new key. `secret` is told in this answer alone, and is null when the request is repeated."""

    key = fields.Nested(ApiKey)
    secret = fields.String(allow_none=True)


class KeysFound(Schema):
    """API keys, newest first."""

    keys = fields.List(fields.Nested(ApiKey))


class KeyFound(Schema):
    """A key as a gateway copies it (30 s at most): whom it acts for and what it may do."""

    session = fields.String()  # key:<key_id>, what the access log has in place of a session
    account_id = Id()
    name = fields.String()
    acting = fields.Dict()  # as in Session
    scopes = fields.List(fields.String())
    expires_at = Moment()
