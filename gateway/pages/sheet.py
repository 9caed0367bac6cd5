"""The note as the ministry's sheet on paper: every box is printed, ticked or not."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from flask_babel import gettext as _

from contracts import forms
from gateway.pages.note_view import text

# Letters that fit on one line of a narrow and of a wide cell, and of a label.
_NARROW, _WIDE, _LABEL = 24, 68, 10
# Lines that fit on one page with normal and with tight letters; still longer notes get the smallest.
_NORMAL_LINES, _TIGHT_LINES = 46, 60


@dataclass(frozen=True)
class Cell:
    """One field: its boxes, or its text, or both."""

    label: str
    options: tuple[tuple[str, bool], ...]
    text: str
    is_wide: bool


@dataclass(frozen=True)
class Block:
    """One part of the sheet: rows of one wide or two narrow cells, and logs."""

    title: str
    rows: list[list[Cell]]
    logs: list[dict[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """The whole page. `density` is "", tight or tighter, so that a long note still fits."""

    blocks: list[Block]
    density: str


def sheet(form: forms.Form, content: dict[str, Any]) -> Sheet:
    """Return the note laid out for one A4."""
    settled = forms.settled(form, content)
    titles = dict.fromkeys(section.part for section in form.sections)
    blocks = [_block(title, form, settled) for title in titles]
    lines = sum(_lines(block) for block in blocks)
    density = "" if lines <= _NORMAL_LINES else "tight" if lines <= _TIGHT_LINES else "tighter"
    return Sheet(blocks, density)


def _lines(block: Block) -> int:
    """Return about how many lines a part takes on paper."""
    rows = sum(max(_lines_of(cell) for cell in row) for row in block.rows)
    return 1 + rows + sum(1 + len(log["rows"]) for log in block.logs)


def _lines_of(cell: Cell) -> int:
    letters = sum(len(word) + 3 for word, _on in cell.options) + len(cell.text)
    lines = ceil(letters / (_WIDE if cell.is_wide else _NARROW)) + cell.text.count("\n")
    return max(1, lines, ceil(len(cell.label) / _LABEL))


def _block(title: str, form: forms.Form, content: dict[str, Any]) -> Block:
    fields = [field for section in form.sections if section.part == title for field in section.fields]
    plain = [field for field in fields if field.kind != "log" and not field.only_if]
    cells = [_cell(field, _with_details(field, fields, content), content) for field in plain]
    return Block(title, _paired(cells), [_log(field, content) for field in fields if field.kind == "log"])


def _with_details(field: forms.Field, fields: list[forms.Field], content: dict[str, Any]) -> str:
    """Return the answers to the questions that only one answer of this field raises."""
    details = [one for one in fields if one.only_if and one.only_if.path == field.path]
    told = [text(one, content[one.path]) for one in details if content.get(one.path)]
    return _("（%(words)s）", words=_("、").join(told)) if told else ""


def _cell(field: forms.Field, details: str, content: dict[str, Any]) -> Cell:
    value = content.get(field.path)
    options = _options(field, value)
    written = details if options else text(field, value) + details
    letters = sum(len(word) + 3 for word, _on in options) + len(written)
    return Cell(field.label, options, written, letters > 2 * _NARROW)


def _options(field: forms.Field, value: Any) -> tuple[tuple[str, bool], ...]:
    if field.kind == "yes_no":
        return ((field.no, value is False), (field.yes, value is True))
    if field.fixed or len(field.choices) > 20 or field.path == "care_level":
        return ()
    given = value if isinstance(value, list) else [value]
    return tuple((choice.label, choice.code in given) for choice in field.choices)


def _paired(cells: list[Cell]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for cell in cells:
        is_open = rows and len(rows[-1]) == 1 and not rows[-1][0].is_wide
        if not cell.is_wide and is_open:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows


def _log(field: forms.Field, content: dict[str, Any]) -> dict[str, Any]:
    given = content.get(field.path) or []
    rows = given + [{}] * (field.rows - len(given))
    return {
        "label": field.label,
        "row_label": field.row_label,
        "heads": [column.label for column in field.columns],
        "rows": [[_cell(column, "", row) for column in field.columns] for row in rows],
    }
