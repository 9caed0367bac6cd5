"""Plain JSON values for the bus, and their text."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import orjson

# Moments and dates are told by `plain`, or by the caller's `tell`; keys are told as JSON has them.
_AS_TEXT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def to_json(value: Any, tell: Callable[[Any], Any] | None = None) -> str:
    """Return JSON text; `tell` returns a plain value for what JSON has no form of. Raises TypeError."""
    return orjson.dumps(value, tell, _AS_TEXT).decode()


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a plain value: keys in order, no spaces, UTF-8."""
    return orjson.dumps(value, option=_AS_TEXT | orjson.OPT_SORT_KEYS)


def from_json(text: str | bytes | memoryview) -> Any:
    """Return the value of a JSON text. Raises ValueError."""
    return orjson.loads(text)


def plain(value: Any) -> Any:
    """Return `value` with dates and moments as ISO 8601 text, tuples and sets as lists."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
