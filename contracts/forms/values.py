"""Field types of a form's content: what is typed becomes plain JSON values, or an error code."""

import re
import unicodedata
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from contracts.fields import Text
from contracts.forms.form import Field


class _Line(Text):
    default_error_messages = {"invalid": "not_text", "invalid_utf8": "not_text"}


class _Code(fields.Field[str]):
    """One code of the field's choices."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.codes = [choice.code for choice in field.choices]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.codes:
            raise ValidationError("not_a_choice")
        return value


class _Codes(fields.Field[list[str]]):
    """Several codes, each once, in the order of the form; `exclusive` goes with no other."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.codes = [choice.code for choice in field.choices]
        self.exclusive = field.exclusive

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        if not isinstance(value, list) or any(code not in self.codes for code in value):
            raise ValidationError("not_a_choice")
        if self.exclusive in value and len(set(value)) > 1:
            raise ValidationError("stands_alone")
        return [code for code in self.codes if code in value]


class _Number(fields.Field[int]):
    """A whole number; full-width digits count as digits."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.lowest, self.highest = field.lowest, field.highest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if isinstance(value, bool) or not re.fullmatch(r"[+-]?[0-9]{1,12}", text):
            raise ValidationError("not_a_number")
        if not self.lowest <= int(text) <= self.highest:
            raise ValidationError("out_of_range")
        return int(text)


class _Day(fields.Field[str]):
    """A day as ISO text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValidationError("not_a_date")
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise ValidationError("not_a_date") from error


class _YesNo(fields.Field[bool]):
    """True or false; a page may send `yes` and `no`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        known = {True: True, False: False, "yes": True, "no": False, "true": True, "false": False}
        if not isinstance(value, bool | str) or value not in known:
            raise ValidationError("not_a_choice")
        return known[value]


class _Rows(fields.Field[list[dict[str, Any]]]):
    """Up to `rows` rows; blank rows are left out, a wrong cell is left out of its row."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.most = field.rows
        self.row = content_schema(field.columns)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise ValidationError("not_rows")
        if len(value) > self.most:
            raise ValidationError("too_many")
        rows, errors = [], {}
        for number, raw in enumerate(value):
            try:
                rows.append(self.row.load(without_blanks(raw)))
            except ValidationError as error:
                errors[number] = error.messages
                rows.append(error.valid_data or {})
        rows = [row for row in rows if row]
        if errors:
            raise ValidationError(errors, valid_data=rows)
        return rows


class _Content(Schema):
    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown_field", "type": "not_content"}


def content_schema(form_fields: tuple[Field, ...]) -> Schema:
    """Return a schema over these fields; none of them is required, an unknown one is refused."""
    return _Content.from_dict({field.path: _typed(field) for field in form_fields})()


def without_blanks(content: dict[str, Any]) -> dict[str, Any]:
    """Return `content` without what says nothing: null, empty text, an empty list."""
    return {path: value for path, value in content.items() if not is_blank(value)}


def is_blank(value: Any) -> bool:
    """Return whether a value says nothing. `False` and `0` do say something."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _typed(field: Field) -> fields.Field[Any]:
    if field.kind in ("text", "long_text"):
        return _Line(field.longest)
    if field.kind == "date":
        return _Day()
    if field.kind == "yes_no":
        return _YesNo()
    kinds: dict[str, Any] = {"choice": _Code, "choices": _Codes, "number": _Number, "log": _Rows}
    return kinds[field.kind](field)  # type: ignore[no-any-return]
