"""What others may know of accounts: its facts, hints and questions."""

from marshmallow import Schema, fields, validate

from contracts.fact import Fact
from contracts.fields import Id, Moment, Text
from contracts.roles import STAFF_ROLES
from contracts.texts import LANGUAGES


class Absence(Schema):
    """From when until when somebody is away; the deputy covers."""

    from_at = Moment(required=True)
    until_at = Moment(required=True)


class StaffMember(Schema):
    """One person in one role at one office, as others may know it: ids and times only."""

    account_id = Id(required=True)
    role = fields.String(required=True)
    deputy_id = Id(allow_none=True, load_default=None)
    is_active = fields.Boolean(required=True)
    away = fields.List(fields.Nested(Absence), load_default=list)


class OfficeStaffed(Fact):
    """Who works at an office, in which role, covered by whom: the whole state with its revision."""

    subject = "office_id"
    heard_by = ("notify", "sharing")
    is_state = True

    office_id = Id(required=True)
    manager_id = Id(allow_none=True, load_default=None)
    members = fields.List(fields.Nested(StaffMember), required=True)


class AccountOpened(Fact):
    """Somebody may sign in from now on."""

    subject = "account_id"
    heard_by = ()

    account_id = Id(required=True)
    office_id = Id(required=True)


class AccountSuspended(Fact):
    """Somebody may not sign in any more, at once and everywhere."""

    subject = "account_id"
    heard_by = ()

    account_id = Id(required=True)
    office_ids = fields.List(Id(), required=True)
    suspended_at = Moment(required=True)


# Live hints (broadcast, lossy): {"event": "session_ended", "session": <token hash>} and
# {"event": "account_suspended", "account_id": …}. A gateway drops its copies and closes streams.
# {"event": "session_changed", "session": …}: another membership is active; drop the copy, ask again.

# Requests ------------------------------------------------------------------------------------


class SignIn(Schema):
    """`sign_in` (visitor) → {"token", "session": Session | None}. NotSignedIn("wrong_password"), TooMany.

    Without a session the token is that of a step: it opens nothing but `answer_second_factor`.
    TooMany("too_many" for the login, "too_many_here" for the place) has `retry_after_s` in its fields.
    `place` names where the browser is (`gateway.places`); the address itself is told to nobody.
    An unknown login, a wrong password and a suspended account get the same answer. The token is
    answered once and stored only as its SHA-256.
    """

    login = Text(60, required=True)
    password = fields.String(required=True, validate=validate.Length(max=200), load_only=True)
    user_agent = Text(200, load_default="")
    place = Text(64, load_default="")


class GetSession(Schema):
    """`get_session` (visitor) → Session. NotSignedIn when it ended or idled out."""

    session = fields.String(required=True)  # SHA-256 of the token, hex


class Membership(Schema):
    """One role of somebody at one office."""

    membership_id = Id()
    office_id = Id()
    office_name = fields.String()
    role = fields.String()
    municipality = fields.String()
    is_manager = fields.Boolean()


class Session(Schema):
    """A session as a gateway copies it (30 s at most)."""

    session = fields.String()
    account_id = Id()
    name = fields.String()  # 佐藤 恵
    login = fields.String()
    memberships = fields.List(fields.Nested(Membership))
    acting = fields.Nested(Membership)  # the one that is active
    must_change_password = fields.Boolean()
    must_add_second_factor = fields.Boolean()  # nothing else is open until then
    language = fields.String(allow_none=True)  # in which they are written to; None = chosen none
    second_factor_reset_at = Moment(allow_none=True)  # somebody else ended it, and they have not seen so yet
    # After a restore: recovery codes that were used since the backup would open again.
    must_renew_recovery_codes = fields.Boolean()
    ends_at = Moment()  # at the latest
    idle_ends_at = Moment()  # unless it is used before


class ActAs(Schema):
    """`act_as` → Session, with another of one's own memberships active."""

    session = fields.String(required=True)
    membership_id = Id(required=True)


class EndSession(Schema):
    """`end_session` → {}. Broadcasts `session_ended`."""

    session = fields.String(required=True)


class ReportUse(Schema):
    """`report_use` (service gateway) → {}. `last_used` maps session hashes, or key:<key_id>, to times."""

    last_used = fields.Dict(keys=fields.String(), values=Moment(), required=True)


class SetPassword(Schema):
    """`set_password` → {}. By the person (with the present one) or with an invitation's code (visitor).

    Invalid: `password` too_short, not_mixed, too_common, contains_login; `present` wrong_password.
    NotFound when the code is unknown, used or older than 14 days. Every other session of the person ends.
    """

    present = fields.String(load_default="", load_only=True)
    code = fields.String(load_default="", load_only=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(max=200))


class ListStaff(Schema):
    """`list_staff` (any member of staff) → {"office": {...}, "staff": [Staff, …]}.

    Everybody signed in may ask for any office: names and roles of colleagues elsewhere, never when they
    are away, which only their office sees, nor login or e-mail, which only its manager sees.
    """

    office_id = Id(required=True)


class GetNames(Schema):
    """`get_names` → {"names": {account_id: name}}; unknown ids are left out."""

    account_ids = fields.List(Id(), required=True, validate=validate.Length(max=500))


class GetContact(Schema):
    """`get_contact` (service notify) → {"email": str | None, "is_active": bool, "language": str | None}."""

    account_id = Id(required=True)


class AddStaff(Schema):
    """`add_staff` (office_manager) → {"staff": Staff, "invitation": code | None}.

    With `email` an invitation is mailed; without it the code is shown once to be handed over.
    A municipal or operator administrator gives `office_id` to add the first manager of an office of
    the municipality (role `office_manager` only); an office's manager leaves it out. `language` is that of
    the invitation, and of what follows until they choose another.
    Invalid: `login` taken, `role` not_at_this_office. Conflict: office_unknown, has_a_manager.
    A request repeated with its key is answered without the code: `invite_staff` makes another.
    """

    name = Text(60, required=True)
    kana = Text(60, load_default="")
    login = fields.String(
        required=True, validate=validate.Regexp(r"\A[a-z0-9][a-z0-9._-]{2,39}\Z", error="bad_login")
    )
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))
    role = fields.String(required=True, validate=validate.OneOf(STAFF_ROLES))
    office_id = Id(load_default=None, allow_none=True)
    language = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(LANGUAGES, error="not_a_choice")
    )


class ChangeStaff(Schema):
    """`suspend_staff`, `restore_staff`, `invite_staff`, `name_manager`, `reset_second_factor`
    (office_manager) → Staff.

    `invite_staff` makes a new code (first password or a forgotten one): mailed when there is an
    address, else shown once as `invitation` of the answer. `name_manager` also gives the role
    `office_manager` at the office. `reset_second_factor` ends the second factor of somebody who has lost
    it, and all their sessions; who works elsewhere too needs the administrator's command.
    Administrators may change managers, not other staff.
    Conflict: not_yourself, works_elsewhere, is_suspended, second_factor_is_off.
    """

    membership_id = Id(required=True)


class ChangeEmail(Schema):
    """`change_email` (office_manager) → Staff; `email` None: there is none.

    Saving the same address again ends the doubt about it. Conflict: address_is_theirs (who works elsewhere
    too sets it with `set_own_email`), not_yourself (likewise), is_suspended.
    """

    membership_id = Id(required=True)
    email = fields.Email(required=True, allow_none=True, validate=validate.Length(max=254))


class SetOwnEmail(Schema):
    """`set_own_email` (any staff) → {}; proven by the present password. Invalid: `present` wrong_password."""

    present = fields.String(required=True, load_only=True)
    email = fields.Email(required=True, allow_none=True, validate=validate.Length(max=254))


class NameDeputy(Schema):
    """`name_deputy` (office_manager, or the person) → Staff; `deputy_id` None ends it."""

    membership_id = Id(required=True)
    deputy_id = Id(required=True, allow_none=True)


class SetAbsence(Schema):
    """`set_absence` (office_manager, or the person) → {"staff": Staff, "warnings": [code, …]}.

    That nobody covers is no refusal but the warning deputy_missing.
    """

    membership_id = Id(required=True)
    from_at = Moment(required=True)
    until_at = Moment(required=True)


class ClearAbsence(Schema):
    """`clear_absence` (office_manager, or the person) → Staff."""

    absence_id = Id(required=True)


class ListedAbsence(Absence):
    """An absence that can be taken back."""

    absence_id = Id()


class Staff(Schema):
    """One membership, as the office's own manager sees it."""

    membership_id = Id()
    account_id = Id()
    name = fields.String()
    kana = fields.String()
    role = fields.String()
    is_manager = fields.Boolean()
    state = fields.String()  # invited | active | suspended
    deputy_id = Id(allow_none=True)
    away = fields.List(fields.Nested(ListedAbsence))
    login = fields.String()
    email = fields.String(allow_none=True)
    email_doubted_at = Moment(allow_none=True)  # since when letters do not arrive there
    last_signed_in_at = Moment(allow_none=True)
    has_second_factor = fields.Boolean()
    invitation_mail = fields.String(allow_none=True)  # waiting | sent | failed
    invitation = fields.String(allow_none=True)  # only in the answer of `invite_staff`


class OfficeNamed(Schema):
    """An office whose staff was asked for; of one that no fact has told of yet only the id is known."""

    office_id = Id()
    name = fields.String()
    kind = fields.String()
    municipality = fields.String()
    revision = fields.Integer()


class StaffFound(Schema):
    """The staff of one office, as the caller may see it."""

    office = fields.Nested(OfficeNamed)
    staff = fields.List(fields.Nested(Staff))


class StaffAdded(Schema):
    """Who was added, and the invitation's code when it has to be handed over."""

    staff = fields.Nested(Staff)
    invitation = fields.String(allow_none=True)


class AbsenceSet(Schema):
    """Who will be away; `warnings` holds codes such as deputy_missing."""

    staff = fields.Nested(Staff)
    warnings = fields.List(fields.String())


class NamesFound(Schema):
    """What people are called, by account."""

    names = fields.Dict(keys=Id(), values=fields.String())
