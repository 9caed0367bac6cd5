"""What comes in: JSON objects that every service behind can digest."""

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

from flask import Request, request
from flask.json.provider import DefaultJSONProvider

from contracts.errors import Invalid

# More digits than any number of ours has; PostgreSQL's integers end far below Python's.
_LONGEST_NUMBER = 15
_DEEPEST = 20


class Json(DefaultJSONProvider):
    """JSON as it is: fields in the order of the answer, Japanese readable, only finite numbers."""

    sort_keys = False
    ensure_ascii = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value of a JSON text; ValueError for all that is no plain JSON value."""
        try:
            # Strictly, and only UTF-8: what json guesses by itself may hide half characters.
            s = s.decode() if isinstance(s, bytes) else s
            value = json.loads(s, parse_constant=_refuse, parse_float=_finite, parse_int=_short)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        _refuse_depth(value)
        return value


def _refuse_depth(value: Any) -> None:
    """Raise ValueError for what is nested deeper than any form of ours, and than the bus takes."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for each in level if isinstance(each, dict | list) for inner in _inside(each)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _short(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("number too long")
    return int(text)


def body(**named: Any) -> dict[str, Any]:
    """Return the JSON object of this request together with what its path names.

    An empty body is an empty object. What the path names may not be in the body again. Wrong fields
    are refused by the service that is asked, by the schema in `contracts`.
    """
    given = request.get_json() if request.get_data(cache=True) else {}
    if not isinstance(given, dict):
        raise Invalid("not_an_object")
    if twice := named.keys() & given.keys():
        raise Invalid("invalid", {name: ["unknown_field"] for name in twice})
    return given | named


def arguments(*numbers: str) -> dict[str, Any]:
    """Return the query string's arguments; those named in `numbers` as whole numbers."""
    given: dict[str, Any] = {name: value for name, value in request.args.items() if value != ""}
    for name in numbers:
        if name in given:
            given[name] = _number(name, given[name])
    return given


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise Invalid("invalid", {name: ["not_a_number"]})
    return int(text)


def refuse_bad_characters(incoming: Request) -> None:
    """Raise Invalid for NUL and half characters, which no database takes, wherever they are."""
    if b"%00" in incoming.query_string or any("\x00" in value for value in incoming.form.values()):
        raise Invalid("bad_character")
    if incoming.is_json and b"\\u" in incoming.get_data(cache=True):
        _refuse_escaped(incoming.get_json(silent=True))


def _refuse_escaped(value: Any) -> None:
    if isinstance(value, str) and ("\x00" in value or not _is_whole(value)):
        raise Invalid("bad_character")
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_escaped(key)
            _refuse_escaped(item)
    if isinstance(value, list):
        for item in value:
            _refuse_escaped(item)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
