"""What a form is: sections of fields, read once from `<name>.toml` beside this file."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

KINDS = ("text", "long_text", "choice", "choices", "number", "date", "yes_no", "log")


@dataclass(frozen=True)
class Choice:
    """One possible answer: `code` is stored, `label` is shown."""

    code: str
    label: str


@dataclass(frozen=True)
class Condition:
    """Another field has this value, or has it among its several values."""

    path: str
    value: str | bool

    def holds(self, content: dict[str, Any]) -> bool:
        """Return whether `content` meets it."""
        given = content.get(self.path)
        return self.value in given if isinstance(given, list) else given == self.value


@dataclass(frozen=True)
class Field:
    """One field of the sheet.

    `prefill` names where a first value comes from (`person.kana`, `stay.cause`, `today`); a `fixed` one
    is shown and never typed; `carry` takes the value over from the last note. A `log` has up to `rows`
    rows of `columns`.
    """

    path: str
    label: str
    kind: str
    required: bool = False
    hint: str = ""
    unit: str = ""
    longest: int = 200
    lowest: int = 0
    highest: int = 1_000_000
    choices: tuple[Choice, ...] = ()
    exclusive: str = ""
    yes: str = "あり"
    no: str = "なし"
    only_if: Condition | None = None
    prefill: str = ""
    fixed: bool = False
    carry: bool = False
    columns: tuple["Field", ...] = ()
    rows: int = 0
    row_label: str = ""

    def text_of(self, value: Any, between: str = "、") -> str:
        """Return a stored value in the words of the form, as one line; dates and logs stay as they are.

        `between` stands between several answers.
        """
        if value is None:
            return ""
        if self.kind == "yes_no":
            return self.yes if value else self.no
        if self.choices:
            labels = {choice.code: choice.label for choice in self.choices}
            given = value if isinstance(value, list) else [value]
            return between.join(labels.get(code, str(code)) for code in given)
        return f"{value}{self.unit}"


@dataclass(frozen=True)
class Section:
    """One panel of the page; `part` is the heading of the paper form that it belongs to."""

    path: str
    part: str
    title: str
    hint: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, eq=False)
class Form:
    """A whole sheet in one edition; `load` gives the same object each time."""

    name: str
    title: str
    edition: str
    valid_from: date
    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Field]:
        """Go through every field in page order."""
        return (field for section in self.sections for field in section.fields)

    def field(self, path: str) -> Field:
        """Return one field; KeyError when the form has none at `path`."""
        return _by_path(self)[path]


@cache
def _by_path(form: Form) -> dict[str, Field]:
    return {field.path: field for field in form}


@cache
def load(name: str) -> Form:
    """Return the form of this name, such as `discharge_note.r6`; FileNotFoundError when there is none."""
    raw = _read(f"{name}.toml")
    sections = tuple(_section(section) for section in raw["section"])
    return Form(raw["name"], raw["title"], raw["edition"], raw["valid_from"], sections)


@cache
def codes(name: str) -> tuple[Choice, ...]:
    """Return a shared code list, such as `care_level`, in the order in which it is shown."""
    return tuple(Choice(code, label) for code, label in _read("codes.toml")[name].items())


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("contracts.forms").joinpath(name).read_text("utf-8"))


def _section(raw: dict[str, Any]) -> Section:
    fields = tuple(_field(field) for field in raw["field"])
    return Section(raw["path"], raw["part"], raw["title"], raw.get("hint", ""), fields)


def _field(raw: dict[str, Any]) -> Field:
    plain = {key: value for key, value in raw.items() if key not in ("codes", "choices", "only_if", "column")}
    condition = raw.get("only_if")
    return Field(
        **plain,
        choices=codes(raw["codes"]) if "codes" in raw else _choices(raw.get("choices", {})),
        only_if=Condition(**condition) if condition else None,
        columns=tuple(_field(column) for column in raw.get("column", [])),
    )


def _choices(raw: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, label) for code, label in raw.items())
