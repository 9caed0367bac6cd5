"""Plain JSON values for the bus."""

from datetime import date, datetime
from typing import Any


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
