"""A sent or drafted note in the words of its form: for the handoff's page, the confirmation and the sheet."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from contracts import forms
from gateway.pages import dates, form_words

DEFAULT_FORM = "discharge_note.r6"


@dataclass(frozen=True)
class Line:
    """One answered field."""

    path: str
    label: str
    text: str
    is_changed: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One section with what was answered in it."""

    title: str
    lines: list[Line]


def form_of(handoff: dict[str, Any]) -> forms.Form:
    """Return the form in which a handoff's note was written."""
    return form_words.load((handoff.get("note") or {}).get("form") or DEFAULT_FORM)


def content_of(handoff: dict[str, Any]) -> dict[str, Any]:
    """Return the answers of a handoff's note; nothing when the note may not be read now."""
    return (handoff.get("note") or {}).get("content") or {}


def parts_of(form: forms.Form, content: dict[str, Any], changed: list[str]) -> list[Part]:
    """Return the sections that hold an answer, each with its answers in page order."""
    settled = forms.settled(form, content)
    parts = [Part(section.title, _lines(section, settled, set(changed))) for section in form.sections]
    return [part for part in parts if part.lines]


def _lines(section: forms.Section, content: dict[str, Any], changed: set[str]) -> list[Line]:
    """Return the answered fields; what stands in the page's head (name, age) is not said again."""
    fields = [field for field in section.fields if not field.fixed and _is_answered(field, content)]
    return [_line(field, section, content, changed) for field in fields if not _is_detail(field, content)]


def _is_answered(field: forms.Field, content: dict[str, Any]) -> bool:
    return content.get(field.path) not in (None, "", [])


def _is_detail(field: forms.Field, content: dict[str, Any]) -> bool:
    """A short answer that only another answer raises is told beside that one."""
    return field.only_if is not None and field.kind == "text" and field.only_if.holds(content)


def _line(field: forms.Field, section: forms.Section, content: dict[str, Any], changed: set[str]) -> Line:
    value, is_changed = content[field.path], field.path in changed
    if field.kind == "log":
        heads = tuple(column.label for column in field.columns)
        return Line(field.path, field.label, "", is_changed, tuple(_row(field, row) for row in value), heads)
    details = [one for one in section.fields if one.only_if and one.only_if.path == field.path]
    told = [one for one in details if _is_detail(one, content) and _is_answered(one, content)]
    details_told = (_("（%(words)s）", words=text(one, content[one.path])) for one in told)
    words = text(field, value) + "".join(details_told)
    is_changed = is_changed or any(one.path in changed for one in told)
    return Line(field.path, field.label, words, is_changed)


def _row(field: forms.Field, row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(text(column, row.get(column.path)) for column in field.columns)


def text(field: forms.Field, value: Any) -> str:
    """Return one value in words; days as 令和."""
    if field.kind == "date" and value:
        return dates.full_day(value)
    return field.text_of(value, _("、"))


def label_of(form: forms.Form, path: str) -> str:
    """Return where a path is on the page: いまの状態：飲み込み; in a log with the row's number."""
    name, _dot, rest = path.partition(".")
    for section in form.sections:
        for field in section.fields:
            if field.path == name:
                return _("%(label)s：%(text)s", label=section.title, text=_cell(field, rest) or field.label)
    return path


def _cell(field: forms.Field, rest: str) -> str:
    number, _dot, column = rest.partition(".")
    if not column or not number.isdigit():
        return ""
    label = next((one.label for one in field.columns if one.path == column), column)
    return f"{row_name(field.row_label, int(number))} {label}"


def row_name(label: str, number: int) -> str:
    """Return 1回目 for the first row, number 0, of a log."""
    return _("%(number)s%(label)s", number=number + 1, label=label)
