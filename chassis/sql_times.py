"""Spans and Japanese days inside a statement, the same on either database."""

from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class seconds_between(FunctionElement[int]):  # noqa: N801
    """How many seconds lie between the seconds of two moments; 0 where the second one is earlier."""

    inherit_cache = True
    type = Integer()


class hour_in_japan(FunctionElement[int]):  # noqa: N801
    """The hour of a moment in Japan, 0 to 23."""

    inherit_cache = True
    type = Integer()


class day_in_japan(FunctionElement[str]):  # noqa: N801
    """The day of a moment in Japan, as ISO text."""

    inherit_cache = True
    type = String()


@compiles(seconds_between)
def _between_in_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    start, end = (f"floor(extract(epoch FROM {each}))" for each in _arguments(element, compiler, kwargs))
    # Not by greatest(), which takes 0 for what is unknown.
    return f"CAST(CASE WHEN {end} < {start} THEN 0 ELSE {end} - {start} END AS INTEGER)"


@compiles(seconds_between, "sqlite")
def _between_in_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    # Without its fraction, which SQLite would round.
    start, end = (f"strftime('%s', substr({each}, 1, 19))" for each in _arguments(element, compiler, kwargs))
    return f"max({end} - {start}, 0)"


@compiles(hour_in_japan)
def _hour_in_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    [moment] = _arguments(element, compiler, kwargs)
    return f"CAST(extract(hour FROM {moment} AT TIME ZONE 'Asia/Tokyo') AS INTEGER)"


@compiles(hour_in_japan, "sqlite")
def _hour_in_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    [moment] = _arguments(element, compiler, kwargs)
    return f"CAST(strftime('%H', substr({moment}, 1, 19), '+9 hours') AS INTEGER)"


@compiles(day_in_japan)
def _day_in_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    [moment] = _arguments(element, compiler, kwargs)
    return f"to_char({moment} AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM-DD')"


@compiles(day_in_japan, "sqlite")
def _day_in_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    [moment] = _arguments(element, compiler, kwargs)
    return f"date(substr({moment}, 1, 19), '+9 hours')"


def _arguments(element: Any, compiler: Any, kwargs: Any) -> list[str]:
    return [compiler.process(each, **kwargs) for each in element.clauses]
