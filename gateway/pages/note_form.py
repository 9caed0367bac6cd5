"""The note's form on a page: sections with their counts, what is missing, what was typed."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from contracts import forms
from contracts.forms import Field, Form
from gateway.pages.note_view import label_of


@dataclass(frozen=True)
class PageSection:
    """A panel of the page. `gaps` are required and unanswered; `answered` of `asked` fields are filled."""

    path: str
    number: int
    title: str
    hint: str
    part: str
    fields: tuple[Field, ...]
    gaps: int
    answered: int
    asked: int


@dataclass(frozen=True)
class Gap:
    """One missing answer: where it is and what to do."""

    path: str
    label: str
    kind: str


def sections(form: Form, content: dict[str, Any]) -> list[PageSection]:
    """Return the panels in page order."""
    missing = _missing(form, content)
    return [_section(number, section, content, missing) for number, section in enumerate(form.sections, 1)]


def _section(number: int, section: forms.Section, content: dict[str, Any], missing: list[str]) -> PageSection:
    asked = [field for field in section.fields if forms.is_asked(field, content)]
    paths = {field.path for field in section.fields}
    return PageSection(
        path=section.path,
        number=number,
        title=section.title,
        hint=section.hint,
        part=section.part,
        fields=section.fields,
        gaps=sum(path.partition(".")[0] in paths for path in missing),
        answered=sum(content.get(field.path) not in (None, "", []) for field in asked),
        asked=len(asked),
    )


def missing(form: Form, content: dict[str, Any]) -> list[Gap]:
    """Return what is missing, in page order."""
    return [_gap(form, path) for path in _missing(form, content)]


def _missing(form: Form, content: dict[str, Any]) -> list[str]:
    """Return the missing paths; a row of a log that is wholly empty is no row, typed or not."""
    return [path for path in forms.missing(form, content) if not _is_in_empty_row(path, content)]


def _is_in_empty_row(path: str, content: dict[str, Any]) -> bool:
    name, _, rest = path.partition(".")
    number = rest.partition(".")[0]
    return number.isdigit() and not any(content[name][int(number)].values())


def _gap(form: Form, path: str) -> Gap:
    field = form.field(path.partition(".")[0])
    return Gap(path, label_of(form, path), "text" if field.kind == "log" else field.kind)


def typed(form: Form, inputs: MultiDict[str, str], do: str) -> dict[str, Any]:
    """Return what the page sent as content; the button 消す empties its field."""
    content = forms.from_inputs(form, inputs)
    verb, _, path = do.partition(":")
    if verb == "clear" and path in content:
        content[path] = None
    return content
