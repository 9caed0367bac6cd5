"""Persons and their care team: what may be asked, and a person as answered.

Staff of an office see a person when that office entered the person, when their hospital has or had a stay
of the person, or when they are on the team and a consent is valid; everybody else gets NotFound.
"""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment, MunicipalityCode, Text
from contracts.sharing.consents import Consent, ListedConsent
from contracts.sharing.stays import Stay


class NewPerson(Schema):
    """`add_person` (discharge_planner, care_manager, desk) → Person. The writer's office joins the team."""

    family_name = Text(40, required=True)
    given_name = Text(40, required=True)
    family_kana = Text(40, required=True)
    given_kana = Text(40, required=True)
    birth_date = fields.Date(required=True)
    sex = fields.String(required=True, validate=validate.OneOf(["female", "male", "other", "unknown"]))
    municipality = MunicipalityCode(required=True)
    address = Text(200, load_default="")
    phone = Text(30, load_default="")
    care_level = fields.String(load_default="", validate=validate.Length(max=20))  # D4 code or status
    care_level_until = fields.Date(load_default=None, allow_none=True)


class SearchPersons(Schema):
    """`list_persons` → {"persons": [PersonRow, …], "total", "page_size"}, by kana.

    Those whom my office may see. `text` is part of the name, or of its reading in any kana. A PersonRow
    is a Person without lists, with `consent` (in force, or None), `care_manager` (a team member, or None).
    """

    text = Text(40, load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class GetPerson(Schema):
    """`get_person` → Person with `consents`, `team`, `stays`."""

    person_id = Id(required=True)


class SetCareManager(Schema):
    """`set_care_manager` → Person. `account_id` None = the office has no member (FAX and telephone).

    Invalid with `office_id: unknown_office` or `account_id: not_a_member`.
    """

    person_id = Id(required=True)
    office_id = Id(required=True)
    account_id = Id(required=True, allow_none=True)


class TeamMember(Schema):
    """An office that has to do with a person, and who there; `until_at` is None while it has."""

    member_id = Id()
    person_id = Id()
    office_id = Id()
    account_id = Id(allow_none=True)
    role = fields.String()  # author | care_manager
    since_at = Moment()
    until_at = Moment(allow_none=True)


class PersonHead(Schema):
    """A Person without lists, as it stands in rows of handoffs, stays and drafts."""

    person_id = Id()
    name = fields.String()  # 鈴木 一郎
    kana = fields.String()  # スズキ イチロウ
    family_name = fields.String()
    given_name = fields.String()
    family_kana = fields.String()
    given_kana = fields.String()
    birth_date = fields.Date()
    age = fields.Integer()
    sex = fields.String()
    municipality = fields.String()
    address = fields.String()
    phone = fields.String()
    care_level = fields.String()  # labels: contracts.forms.codes("care_level")
    care_level_until = fields.Date(allow_none=True)


class PersonOfNote(PersonHead):
    """A Person without lists, with the consent in force."""

    consent = fields.Nested(Consent, allow_none=True)


class Person(PersonOfNote):
    """A person as answered to those who may see them; consents are all there were, the newest first."""

    consents = fields.List(fields.Nested(ListedConsent))
    team = fields.List(fields.Nested(TeamMember))
    stays = fields.List(fields.Nested(Stay))


class PersonRow(PersonOfNote):
    """A Person without lists, with the consent in force and the care manager, who is a team member."""

    care_manager = fields.Nested(TeamMember, allow_none=True)


class PersonsFound(Schema):
    """One page of persons, by kana; `total` counts all pages."""

    persons = fields.List(fields.Nested(PersonRow))
    total = fields.Integer()
    page_size = fields.Integer()
