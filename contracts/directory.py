"""What others may know of the directory: its facts and its questions."""

from marshmallow import Schema, fields, validate

from contracts.fact import Fact
from contracts.fields import Id, Moment, MunicipalityCode, Text, TimeOfDay

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Kinds of entry that are no care service; a care service has its 3-digit 公表 code in `services`.
FACILITY_KINDS = (
    "hospital",  # 病院
    "clinic",  # 診療所
    "dental",  # 歯科
    "pharmacy",  # 薬局
    "care_office",  # 介護サービス事業所 (居宅介護支援 is service 430)
    "desk",  # 在宅医療・介護連携支援センター
    "community_center",  # 地域包括支援センター
    "municipality",  # 市区町村の課
)


class Span(Schema):
    """One opening of one day."""

    opens = TimeOfDay(required=True)
    closes = TimeOfDay(required=True)


class OfficeHours(Schema):
    """When an office works: `weekly` maps mon…sun to spans (none = closed); `closed_days` are dates.

    `is_provisional` (仮) means that nobody has said so yet: weekdays 9:00–17:00, closed on holidays.
    """

    weekly = fields.Dict(
        keys=fields.String(validate=validate.OneOf(WEEKDAYS)),
        values=fields.List(fields.Nested(Span)),
        required=True,
    )
    closes_on_holidays = fields.Boolean(required=True)
    closed_days = fields.List(fields.Date(), required=True)
    is_provisional = fields.Boolean(required=True)


class FacilityChanged(Fact):
    """An office's public entry is new or changed; it travels whole."""

    subject = "facility_id"
    heard_by = ("accounts", "notify", "sharing")
    is_state = True

    facility_id = Id(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    services = fields.List(fields.String(), required=True)
    hours = fields.Nested(OfficeHours, required=True)
    is_listed = fields.Boolean(required=True)


# Questions -----------------------------------------------------------------------------------


class SearchFacilities(Schema):
    """`search_facilities` → {"facilities": [Facility, …], "total": int}. Every role, visitors too.

    `text` matches name and kana after NFKC; `municipality` takes a city's wards with it.
    """

    text = Text(80, load_default="")
    municipality = fields.String(load_default="")
    kind = fields.String(load_default="")
    service = fields.String(load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    page_size = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class GetFacilities(Schema):
    """`get_facilities` → {"facilities": [Facility, …]}, in no order; unknown ids are left out."""

    facility_ids = fields.List(Id(), required=True, validate=validate.Length(max=200))


class ListDesks(Schema):
    """`list_desks` → {"facilities": [Facility, …]}: the 連携支援センター of a municipality."""

    municipality = MunicipalityCode(required=True)


class Source(Schema):
    """Where a value came from, with the line that its licence asks for."""

    dataset = fields.String()
    title = fields.String()
    publisher = fields.String()
    licence = fields.String()
    attribution = fields.String()
    as_of = fields.Date(allow_none=True)
    imported_at = Moment()


class ListedService(Schema):
    """One service of a facility as its own list describes it; `details` are the list's other columns."""

    code = fields.String()
    service = fields.String()
    number = fields.String()
    name = fields.String()
    phone = fields.String()
    fax = fields.String()
    address = fields.String()
    details = fields.Dict()
    is_listed = fields.Boolean()
    unlisted_since = fields.Date(allow_none=True)
    source = fields.Nested(Source)


class ContactWindow(Schema):
    """One way to reach a facility, for one purpose."""

    contact_id = Id()
    purpose = fields.String()
    label = fields.String()
    person_name = fields.String()
    phone = fields.String()
    fax = fields.String()
    email = fields.String()
    is_public = fields.Boolean()


class Facility(Schema):
    """An entry as it is answered. `source` names where it came from and carries the attribution."""

    facility_id = Id()
    kind = fields.String()
    name = fields.String()
    kana = fields.String()
    municipality = fields.String()
    municipality_name = fields.String()
    address = fields.String()
    phone = fields.String()
    fax = fields.String()
    url = fields.String()
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    number = fields.String()
    services = fields.List(fields.Nested(ListedService))
    contacts = fields.List(fields.Nested(ContactWindow))
    hours = fields.Nested(OfficeHours)
    is_listed = fields.Boolean()
    source = fields.Nested(Source)
    revision = fields.Integer()


class SetHours(Schema):
    """`set_hours` → Facility. By the office's manager, or by the city for any office of its own."""

    facility_id = Id(required=True)
    weekly = OfficeHours().fields["weekly"]
    closes_on_holidays = fields.Boolean(required=True)
    closed_days = fields.List(fields.Date(), load_default=list, validate=validate.Length(max=400))


class FacilitiesFound(Schema):
    """Entries of the directory; `total` counts all pages of a search and is left out of other answers."""

    facilities = fields.List(fields.Nested(Facility))
    total = fields.Integer()
