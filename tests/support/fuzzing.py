"""Bad and nearly good requests for every route of the JSON API, made by hypothesis from the contracts."""

import importlib
import inspect
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from chassis.config import Settings
from contracts import forms
from contracts.fields import Id, Moment
from gateway.app import create_app
from gateway.hub import Hub
from tsunagi.demo.note import CONTENT

_ASK = re.compile(r'ask\(\s*"(\w+)", "(\w+)"')
_MOMENTS = (
    "2026-11-24T10:00:00+09:00",
    "2026-11-24T10:00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2999-12-31T23:59:59-12:00",
    "1900-01-01T00:00:00+14:00",
    "2026-11-24",
    "24:00",
)
_DATES = ("2026-11-24", "0001-01-01", "9999-12-31", "2026-02-30", "1941-07-22", "令和8年1月1日")
_WORDS = (
    "",
    " ",
    "\u0000",
    "ア" * 40,
    "鷗外",
    "𠮷野",
    "\u202e",
    "%",
    "_",
    "'; --",
    "../..",
    "null",
    "ﾊﾝｶｸ",
    "a" * 5000,
)
_NUMBERS = (0, 1, -1, 2, 100, 2**31, 2**63, -(2**63), 10**30, 1.5, 1e308)

Pool = list[str]


@dataclass(frozen=True)
class Route:
    """One method of one path; `schema` is that of the request which the service is asked."""

    method: str
    rule: str
    endpoint: str
    schema: type[Schema] | None = field(compare=False, default=None)

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def names(self) -> list[str]:
        """The names that the path holds."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.rule)


def routes(prefix: str = "api.") -> list[Route]:
    """Return every route of the gateway whose endpoint begins so, in a fixed order."""
    app = _app()
    found = [
        Route(method, rule.rule, rule.endpoint, _schema(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(prefix)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=str)


def _app() -> Flask:
    """Return the gateway's app for its map alone: it can ask nobody."""
    settings = Settings("gateway", instance="test", secret_key="k" * 40)
    nobody: Any = None
    return create_app(nobody, settings, Hub(), nobody)


def _schema(view: Any) -> type[Schema] | None:
    asked = _ASK.search(inspect.getsource(inspect.unwrap(view)))
    if asked is None:
        return None
    service, method = asked.groups()
    module = importlib.import_module(f"services.{service}.service")
    return getattr(getattr(module, f"{service.capitalize()}Service"), method).takes


def texts() -> st.SearchStrategy[str]:
    """Return any text, with a liking for what breaks things."""
    return st.one_of(st.sampled_from(_WORDS), st.text(max_size=60))


def junk(pool: Pool) -> st.SearchStrategy[Any]:
    """Return any JSON value."""
    leaves = st.one_of(
        st.none(), st.booleans(), st.sampled_from(_NUMBERS), texts(), st.sampled_from([*pool, *_MOMENTS])
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=6,
    )


def bodies(route: Route, pool: Pool) -> st.SearchStrategy[Any]:
    """Return a JSON value to send: mostly nearly what the route takes."""
    if route.schema is None:
        names = (
            "login",
            "password",
            "present",
            "code",
            "membership_id",
            "service",
            "fact_ids",
            "to",
            "advance_s",
        )
        likely = st.dictionaries(st.sampled_from(names), junk(pool), max_size=4)
    else:
        likely = _objects(route.schema(), pool, without=route.names)
    return st.one_of(likely, likely, likely, likely, junk(pool))


def _objects(schema: Schema, pool: Pool, without: Iterable[str] = ()) -> st.SearchStrategy[dict[str, Any]]:
    known = {
        name: _nearly(_values(each, pool), pool)
        for name, each in schema.fields.items()
        if name not in without
    }
    asked = {name: value for name, value in known.items() if schema.fields[name].required}
    optional = {name: value for name, value in known.items() if name not in asked}
    whole = st.fixed_dictionaries(asked, optional=optional)
    partly = st.fixed_dictionaries({}, optional=known)
    more = st.dictionaries(texts(), junk(pool), min_size=1, max_size=2)
    return st.one_of(whole, whole, whole, partly, st.builds(lambda one, two: {**one, **two}, whole, more))


def _nearly(good: st.SearchStrategy[Any], pool: Pool) -> st.SearchStrategy[Any]:
    return st.one_of(good, good, good, good, good, junk(pool))


def _values(each: fields.Field, pool: Pool) -> st.SearchStrategy[Any]:
    """Return values that this field mostly takes."""
    for rule in each.validators:
        if isinstance(rule, validate.OneOf):
            return st.sampled_from(list(rule.choices))
    if isinstance(each, Id):
        return st.sampled_from(pool)
    if isinstance(each, fields.Nested):
        return _objects(each.schema, pool)
    if isinstance(each, fields.List):
        return st.lists(_values(each.inner, pool), max_size=3)
    if isinstance(each, fields.Dict):
        return _dicts(each, pool)
    return _plain(each)


def _plain(each: fields.Field) -> st.SearchStrategy[Any]:
    if isinstance(each, fields.Boolean):
        return st.booleans()
    if isinstance(each, fields.Integer | fields.Float):
        return st.sampled_from(_NUMBERS)
    if isinstance(each, Moment):
        return st.sampled_from(_MOMENTS)
    if isinstance(each, fields.Date):
        return st.sampled_from(_DATES)
    return texts()


def _dicts(each: fields.Dict, pool: Pool) -> st.SearchStrategy[Any]:
    if each.value_field is not None and each.key_field is not None:
        keys, values = _values(each.key_field, pool), _values(each.value_field, pool)
        return st.dictionaries(keys, _nearly(values, pool), max_size=4)
    paths = [one.path for one in forms.load("discharge_note.r6")]
    some = st.dictionaries(st.sampled_from(paths), junk(pool), max_size=6)
    return st.one_of(some, some.map(lambda given: {**CONTENT, **given}), st.just(CONTENT))


def paths(route: Route, pool: Pool) -> st.SearchStrategy[dict[str, str]]:
    """Return values for the names in the path; some are ids of things that are there."""
    known = st.sampled_from(pool)
    value = st.one_of(known, known, known, texts().filter(bool).map(lambda text: text[:100]))
    return st.fixed_dictionaries(dict.fromkeys(route.names, value))


def queries(route: Route, pool: Pool) -> st.SearchStrategy[dict[str, str]]:
    """Return arguments for the query string."""
    names = ["after_seq", "page", "page_size", *(route.schema().fields if route.schema else ())]
    value = st.one_of(
        st.sampled_from(pool), texts().map(lambda text: text[:200]), st.sampled_from(_NUMBERS).map(str)
    )
    return st.dictionaries(st.sampled_from(names), value, max_size=3)


def headers() -> st.SearchStrategy[dict[str, str]]:
    """Return headers that may be wrong; names with a value None are to be left out."""
    odd = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60)
    return st.fixed_dictionaries(
        {},
        optional={
            "Idempotency-Key": odd,
            "Last-Event-ID": odd,
            "X-Background": odd,
            "traceparent": odd,
            "Accept": odd,
            "Accept-Language": odd,
        },
    )


def texts_of(value: Any) -> st.SearchStrategy[bytes]:
    """Return ways to write a JSON value down, some of them broken."""
    whole = json.dumps(value)
    plain = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    half = whole.encode()[: len(whole) // 2]
    broken = st.sampled_from(
        [half, b"\xff" + half, b'{"text": "\\ud800"}', b"[" * 2000, b"NaN", b'{"a": 1, "a": 2}']
    )
    good = st.sampled_from([whole.encode(), plain])
    return st.one_of(good, good, good, good, good, good, broken)
