"""What is said of an office that is entered by hand, and how each field is checked."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from contracts.directory import FACILITY_KINDS, OfficeHours
from contracts.fields import MunicipalityCode, Text
from services.directory import normalise, service_codes
from services.directory.municipalities import by_code, complete_code

# No prefecture has this number: fictional cities lie there.
_FICTIONAL = "99"


class Phone(Text):
    """A telephone number in one form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number, fault = normalise.phone(super()._deserialize(value, attr, data, **kwargs))
        if fault:
            raise ValidationError(fault)
        return number


class Municipality(MunicipalityCode):
    """The code of a municipality that exists."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs)
        if complete_code(code) != code or (code not in by_code() and code[:2] != _FICTIONAL):
            raise ValidationError("no_such_municipality")
        return code


class Office(Schema):
    """What is entered. A field that is left out says nothing: the entry keeps what it has."""

    kind = fields.String(required=True, validate=validate.OneOf(FACILITY_KINDS))
    name = Text(200, required=True)
    municipality = Municipality(required=True)
    kana = Text(200)
    address = Text(300)
    phone = Phone(60)
    fax = Phone(60)
    services = fields.List(fields.String(validate=validate.OneOf(service_codes.names())))
    hours = fields.Nested(OfficeHours(exclude=["is_provisional"]))
