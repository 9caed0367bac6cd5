"""A form on an HTML page: names of its inputs, and back from what a browser sends to content."""

from typing import Any, Protocol

from contracts.forms.form import Field, Form


class Inputs(Protocol):
    """What a browser sent: several values under one name (werkzeug's MultiDict fits)."""

    def getlist(self, key: str) -> list[str]:
        """Return every value of this name, none when it is absent."""


def from_inputs(form: Form, inputs: Inputs) -> dict[str, Any]:
    """Return content from the inputs of a page that showed the whole form, with every path that can be typed.

    An input is named by its field's path, a cell of a log `path.row.column` counted from 0; several boxes
    share one name. What was left empty comes back as None, so that saving it clears the old value.
    """
    return {field.path: _value(field, field.path, inputs) for field in form if not field.fixed}


def _value(field: Field, name: str, inputs: Inputs) -> Any:
    if field.kind == "log":
        return [_row(field, f"{name}.{number}", inputs) for number in range(field.rows)]
    given = [text for text in inputs.getlist(name) if text.strip()]
    if field.kind == "choices":
        return given or None
    # A browser sends line ends as CR LF; stored text has LF alone.
    return given[0].replace("\r\n", "\n") if given else None


def _row(field: Field, name: str, inputs: Inputs) -> dict[str, Any]:
    return {column.path: _value(column, f"{name}.{column.path}", inputs) for column in field.columns}
