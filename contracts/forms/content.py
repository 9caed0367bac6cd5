"""What can be said of a form's content: is it right, what is missing, what has changed.

Content is `{path: value}` of plain JSON values: text, code, list of codes, whole number, ISO day, true or
false, list of rows. A path that is absent is unanswered; null, empty text and an empty list say the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError

from contracts.forms.form import Field, Form
from contracts.forms.values import content_schema, is_blank, without_blanks

# More refused fields than this are not listed: whoever sends them is no page of ours.
MOST_ERRORS = 200


@dataclass(frozen=True)
class Checked:
    """Content that was looked at: the good `values`, what was `cleared`, and error codes by path."""

    values: dict[str, Any]
    cleared: tuple[str, ...]
    errors: dict[str, list[str]]


@cache
def schema(form: Form) -> Schema:
    """Return the marshmallow schema of the form's content.

    It refuses by code: unknown_field, too_long, bad_character, not_text, not_a_choice, stands_alone,
    not_a_number, out_of_range, not_a_date, not_rows, too_many. Required fields may be absent: see `missing`.
    """
    return content_schema(tuple(form))


def check(form: Form, content: dict[str, Any]) -> Checked:
    """Sort `content` into what is good, what was emptied and what is wrong.

    Errors are by path, inside a log by row and column from 0: `{"hearings.0.on": ["not_a_date"]}`.
    """
    values, messages = _load(form, without_blanks(content))
    cleared = [field.path for field in form if field.path in content]
    return Checked(
        values,
        tuple(path for path in cleared if path not in values and path not in messages),
        dict(list(_flat(messages))[:MOST_ERRORS]),
    )


def missing(form: Form, content: dict[str, Any]) -> list[str]:
    """Return the paths that are required and unanswered, in page order; in a log such as `hearings.0.on`."""
    return [path for field in form for path in _missing(field, content)]


def settled(form: Form, content: dict[str, Any]) -> dict[str, Any]:
    """Return `content` in page order, without answers to questions that do not arise (no ban: no text)."""
    relevant = (field.path for field in form if is_asked(field, content))
    return {path: content[path] for path in relevant if path in content}


def is_asked(field: Field, content: dict[str, Any]) -> bool:
    """Return whether the field is to be answered at all, as the other answers stand."""
    return field.only_if is None or field.only_if.holds(content)


def changed(form: Form, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the paths whose value differs, in page order. The day of writing is not counted."""
    paths = (field.path for field in form if field.prefill != "today")
    return [path for path in paths if old.get(path) != new.get(path)]


def _load(form: Form, content: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        return without_blanks(schema(form).load(content)), {}
    except ValidationError as error:
        return without_blanks(dict(error.valid_data or {})), dict(error.messages_dict)


def _missing(field: Field, content: dict[str, Any]) -> Iterator[str]:
    if field.fixed or not is_asked(field, content):
        return
    value = content.get(field.path)
    if field.required and is_blank(value):
        yield field.path
    for number, row in enumerate(value if field.kind == "log" and value else []):
        for column in field.columns:
            yield from (f"{field.path}.{number}.{path}" for path in _missing(column, row))


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if not isinstance(messages, dict):
        yield path, list(messages)
        return
    for key, inner in messages.items():
        deeper = path if key == "_schema" else f"{path}.{key}".lstrip(".")
        yield from _flat(inner, deeper)
