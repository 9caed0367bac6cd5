"""Requests in which every field that can hold words has a word of its own, made from the contracts.

A field that a contract gets tomorrow is marked by itself. Numbers and yes/no tell of nobody.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from contracts.fields import Text
from contracts.forms import Field, Form

_KANA = str.maketrans("0123456789", "アイウエオカキクケコ")
_FIRST_DAY = date(1931, 2, 3)


@dataclass
class Marks:
    """The words that were given out, with the field of each."""

    given: dict[str, str] = field(default_factory=dict)

    def word(self, path: str) -> str:
        """Return a word that stands nowhere else, of letters that its field takes."""
        number = f"{len(self.given):03}"
        made = f"ヌヌ{number.translate(_KANA)}ムム" if path.endswith("kana") else f"zq{number}xj"
        self.given[made] = path
        return made

    def day(self, path: str) -> str:
        """Return a day that is nobody else's, as ISO text."""
        made = _FIRST_DAY + timedelta(days=len(self.given))
        self.given[made.isoformat()] = path
        self.given[f"{made.year}年{made.month}月{made.day}日"] = path
        return made.isoformat()

    def leaks(self, text: str) -> list[str]:
        """Return the fields whose words stand in a text."""
        return sorted({path for word, path in self.given.items() if word in text})

    def request(self, schema: type[Schema], **known: Any) -> dict[str, Any]:
        """Return a request with `known` values, and a mark in every other field that can hold one."""
        marked = {
            name: self._value(f"{schema.__name__}.{name}", one)
            for name, one in schema().load_fields.items()
            if name not in known and _holds_words(one)
        }
        return marked | known

    def _value(self, path: str, one: fields.Field[Any]) -> str:
        return self.day(path) if isinstance(one, fields.Date) else self.word(path)

    def content(self, form: Form) -> dict[str, Any]:
        """Return a whole sheet: all that can be asked is asked, all words and days are marked."""
        asked = [one.only_if for one in form if one.only_if]
        wanted = {one.path: one.value for one in asked}
        return {one.path: self._answer(one, wanted.get(one.path)) for one in form if not one.fixed}

    def _answer(self, one: Field, wanted: Any = None) -> Any:
        if one.kind in ("text", "long_text"):
            return self.word(f"note.{one.path}")
        if one.kind == "date":
            return self.day(f"note.{one.path}")
        if one.kind == "choices":
            return self._chosen(one, [each.code for each in one.choices if each.code != one.exclusive])
        if one.kind == "choice":
            return self._chosen(one, [wanted or one.choices[-1].code])[0]
        if one.kind == "log":
            return [{column.path: self._answer(column) for column in one.columns}]
        return True if one.kind == "yes_no" else one.lowest

    def _chosen(self, one: Field, codes: list[str]) -> list[str]:
        labels = {each.code: each.label for each in one.choices}
        # Shorter ones stand anywhere.
        self.given |= {labels[code]: f"note.{one.path}" for code in codes if len(labels[code]) >= 5}
        return codes


def _holds_words(one: fields.Field[Any]) -> bool:
    is_choice = any(isinstance(rule, validate.OneOf) for rule in one.validators)
    return isinstance(one, Text | fields.Date) or (type(one) is fields.String and not is_choice)
