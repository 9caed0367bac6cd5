"""Field types that every contract shares."""

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

_UUID = re.compile(r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_CLOCK = re.compile(r"\A([01]\d|2[0-3]):[0-5]\d\Z|\A24:00\Z")


class Id(fields.String):
    """A UUID in its canonical lower-case text form; ids are text everywhere but in the database."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or not _UUID.match(text):
            raise ValidationError("not_an_id")
        return text


class Moment(fields.AwareDateTime):
    """A point in time: aware, ISO 8601 on the wire, UTC in code. A naive value is refused, and so is what
    lies centuries away."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        is_moment = isinstance(value, datetime)
        moment = value if is_moment else super()._deserialize(value, attr, data, **kwargs)
        if moment.tzinfo is None:
            raise ValidationError("needs_time_zone")
        # Near the first and last day of the calendar another zone's hour does not exist.
        if not 1900 <= moment.year < 3000:
            raise ValidationError("out_of_range")
        return moment.astimezone(UTC)


class TimeOfDay(fields.String):
    """`HH:MM` on a 24-hour clock, Asia/Tokyo; `24:00` is allowed as a closing time."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or not _CLOCK.match(text):
            raise ValidationError("not_a_time")
        return text


class DayTime(TimeOfDay):
    """`HH:MM` at which something happens on a day: not `24:00`, which is the next one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text == "24:00":
            raise ValidationError("not_a_time")
        return text


class Text(fields.String):
    """Text of bounded length: surrounding space is dropped, NUL and half characters are refused.

    `longest` counts characters. Empty text counts as missing when the field is required.
    """

    def __init__(self, longest: int = 200, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest
        self.validators = [*self.validators, validate.Length(max=longest, error="too_long")]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if "\x00" in text or not _is_storable(text):
            raise ValidationError("bad_character")
        if self.required and not text:
            raise ValidationError("required")
        return text


def _is_storable(text: str) -> bool:
    """Half of a surrogate pair, as broken clients send it, fits no database and no file."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


class Content(fields.Dict):
    """What a sheet holds, `{path: value}`; `form` names the sheet, whose rules are in `contracts.forms`."""

    def __init__(self, form: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.form = form


class MunicipalityCode(fields.String):
    """6-digit 全国地方公共団体コード as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(r"\d{6}", text or ""):
            raise ValidationError("not_a_municipality_code")
        return text
