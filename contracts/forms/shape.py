"""A form as JSON Schema, for programs that fill it in or read it."""

from typing import Any

from contracts.forms.form import Field, Form


def shape(form: Form) -> dict[str, Any]:
    """Return the JSON Schema of the form's content; null says the same as leaving a path out."""
    return {
        "type": "object",
        "description": f"{form.title} ({form.edition}) by path. A path that is absent is unanswered.",
        "properties": {field.path: _of_field(field) for field in form},
        "additionalProperties": False,
    }


def _of_field(field: Field) -> dict[str, Any]:
    told = {"title": field.label, **_value(field)}
    if field.hint:
        told["description"] = field.hint
    return told


def _value(field: Field) -> dict[str, Any]:
    codes = [choice.code for choice in field.choices]
    if field.kind == "choice":
        return {"type": ["string", "null"], "enum": [*codes, None], "x-labels": _labels(field)}
    if field.kind == "choices":
        items = {"type": "string", "enum": codes}
        return {"type": ["array", "null"], "items": items, "uniqueItems": True, "x-labels": _labels(field)}
    if field.kind == "log":
        return {"type": ["array", "null"], "items": _row(field), "maxItems": field.rows}
    if field.kind == "number":
        return {"type": ["integer", "null"], "minimum": field.lowest, "maximum": field.highest}
    if field.kind == "date":
        return {"type": ["string", "null"], "format": "date"}
    if field.kind == "yes_no":
        return {"type": ["boolean", "null"]}
    return {"type": ["string", "null"], "maxLength": field.longest}


def _row(field: Field) -> dict[str, Any]:
    cells = {column.path: _of_field(column) for column in field.columns}
    return {"type": "object", "properties": cells, "additionalProperties": False}


def _labels(field: Field) -> dict[str, str]:
    return {choice.code: choice.label for choice in field.choices}
