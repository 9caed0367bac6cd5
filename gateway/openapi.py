"""The API in OpenAPI 3.1, made from its routes and the schemas that they name."""

from dataclasses import dataclass
from http import HTTPStatus
from inspect import cleandoc, getdoc
from sys import modules
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from contracts import forms, samples
from contracts.fields import Id
from contracts.keys import PREFIX
from contracts.sharing import DISCHARGE_NOTE
from gateway import cookies
from gateway.ask import KEY_PATTERN, UNSAFE
from gateway.described import Description
from gateway.openapi_fields import own_limits

_ABOUT = """
The same door as the pages. An office's own system brings an API key: `Authorization: Bearer tsu_…`, and
neither cookie nor form token. A key acts in one person's name, in one role at one office, and only where an
operation names a scope and the key has it.

A program may also sign in as a person does. `GET /api/session` answers `csrf_token` and sets the cookie to
which it belongs; `POST /api/sign-in` with that token sets the session's cookie and answers a new token. Every
request that changes something carries the newest token as `X-CSRF-Token`.

With an `Idempotency-Key` such a request may be sent again after a failure: it is carried out once. Fields
that are not listed are refused. Times are ISO 8601 with a zone; answers give them in UTC. Later versions may
add fields to answers. Whoever sends very many requests gets 429 with `Retry-After` in seconds.

Where somebody has a second factor, `POST /api/sign-in` answers 401 with the reason `second_factor_due`, and
`POST /api/sign-in/code` within 10 minutes completes the sign-in.
"""


class FieldProblem(Schema):
    """What is wrong with one field: a code, and a sentence for people."""

    code = fields.String(required=True)
    message = fields.String(required=True)


class Problem(Schema):
    """A refusal (RFC 9457). Programs go by `reason` and the codes in `fields`; sentences may change.

    `fault_id` is there when the fault is ours: the log has it under this id.
    """

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    reason = fields.String(required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(FieldProblem)),
        required=True,
        data_key="fields",
    )
    fault_id = Id()


@dataclass(frozen=True)
class Route:
    """One method of one address of the API."""

    rule: Rule
    method: str
    view: Any

    @property
    def name(self) -> str:
        """Return the view's name, which is the operation's."""
        return self.rule.endpoint.removeprefix("api.")

    @property
    def subject(self) -> str:
        """Return the module it stands in."""
        return str(self.view.__module__).rpartition(".")[2]

    @property
    def path(self) -> str:
        """Return the address as OpenAPI writes it: `/api/stays/{stay_id}`."""
        return self.rule.rule.replace("<", "{").replace(">", "}")

    @property
    def description(self) -> Description:
        """Return what the view says of itself."""
        return self.view.description

    @property
    def changes(self) -> bool:
        """Return whether it needs the form token."""
        return self.method in UNSAFE

    @property
    def is_open(self) -> bool:
        """Return whether it needs no session."""
        return self.view.decision[0] == "open"

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the roles that are let in by gateway and service; none = whoever is signed in."""
        return self.view.decision[1] or self.description.roles

    @property
    def rest(self) -> tuple[Schema, ...]:
        """Return what it takes besides what its path names."""
        found = (_without(schema, self.rule.arguments) for schema in self.description.takes)
        return tuple(schema for schema in found if schema.fields)


def _without(schema: Schema, names: set[str]) -> Schema:
    left = [name for name in schema.fields if name not in names]
    return type(schema)(only=left, partial=schema.partial)


def routes(app: Flask) -> list[Route]:
    """Return every route of the API, by subject in the order of its modules."""
    found = [
        Route(rule, method, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda route: _place(app, route))


def _place(app: Flask, route: Route) -> int:
    return list(app.view_functions).index(route.rule.endpoint)


def document(app: Flask) -> dict[str, Any]:
    """Return the document, made at the first request and kept by the app."""
    if "openapi" not in app.extensions:
        app.extensions["openapi"] = _Writer(app).write()
    return app.extensions["openapi"]


class _Writer:
    """Writes one document."""

    def __init__(self, app: Flask) -> None:
        self.routes = routes(app)
        self.schemas: dict[str, type[Schema]] = {}
        self.bodies: set[str] = set()
        plugin = MarshmallowPlugin(schema_name_resolver=self._name)
        self.spec = APISpec(
            "つなぎ Tsunagi",
            "1",
            "3.1.0",
            plugins=[plugin],
            info={"description": _ABOUT.strip()},
            tags=self._subjects(),
        )
        assert plugin.converter is not None  # the spec has made it
        self.converter = plugin.converter
        self.converter.add_attribute_function(own_limits)

    def write(self) -> dict[str, Any]:
        """Return the document."""
        self._secure()
        self.spec.components.schema(DISCHARGE_NOTE, forms.shape(forms.load(DISCHARGE_NOTE)))
        for route in self.routes:
            self.spec.path(path=route.path, operations={route.method.lower(): self._operation(route)})
        written: dict[str, Any] = self.spec.to_dict()
        for name, kind in self.schemas.items():
            shape = written["components"]["schemas"][name]
            shape["description"] = _doc(kind)
            # Requests are read strictly. Answers may grow, and whoever reads them passes over what is new.
            shape.pop("additionalProperties", None)
            if name in self.bodies:
                shape["additionalProperties"] = False
        return written

    def _name(self, schema: Any) -> str:
        kind = resolve_schema_cls(schema)
        assert isinstance(kind, type)  # schemas are never named by text here
        self.schemas[kind.__name__] = kind
        return kind.__name__

    def _subjects(self) -> list[dict[str, str]]:
        found = {route.subject: modules[route.view.__module__] for route in self.routes}
        return [{"name": name, "description": _first(_doc(module))} for name, module in found.items()]

    def _secure(self) -> None:
        cookie = {"type": "apiKey", "in": "cookie", "name": cookies.name()}
        token = {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "`csrf_token`"}
        self.spec.components.security_scheme("session", cookie)
        self.spec.components.security_scheme("token", token)
        words = "An API key. The roles that an operation asks for are scopes of the key."
        key = {"type": "http", "scheme": "bearer", "bearerFormat": f"{PREFIX}…", "description": words}
        self.spec.components.security_scheme("key", key)

    def _operation(self, route: Route) -> dict[str, Any]:
        said, doc = route.description, _doc(route.view)
        operation = {
            "operationId": route.name,
            "tags": [route.subject],
            "summary": _first(doc),
            "description": "\n\n".join(filter(None, [_rest(doc), *map(_doc, map(type, said.takes))])),
            "parameters": [*self._of_path(route), *self._of_query(route), *_of_header(route)],
            "responses": self._responses(route),
            "security": _security(route),
            "x-roles": list(route.roles),
        }
        body = self._body(route)
        return operation | ({"requestBody": body} if body else {})

    def _of_path(self, route: Route) -> list[dict[str, Any]]:
        known = {name: field for schema in route.description.takes for name, field in schema.fields.items()}
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                "schema": self.converter.field2property(known.get(name, Id())),
            }
            for name in sorted(route.rule.arguments)
        ]

    def _of_query(self, route: Route) -> list[dict[str, Any]]:
        if route.changes:
            return []
        return [
            parameter
            for schema in route.rest
            for parameter in self.converter.schema2parameters(schema, location="query")
        ]

    def _body(self, route: Route) -> dict[str, Any] | None:
        if not route.changes or not route.rest:
            return None
        (schema,) = route.rest
        content: dict[str, Any] = {"schema": self.converter.resolve_nested_schema(schema)}
        self.bodies.add(type(schema).__name__)
        sample = samples.request(route.name)
        if sample is not None:
            content["examples"] = {"sample": {"value": sample}}
        return {"required": True, "content": {"application/json": content}}

    def _responses(self, route: Route) -> dict[str, Any]:
        said = route.description
        answer: dict[str, Any] = {"description": "OK"}
        if said.answers:
            answer["content"] = {said.media: {"schema": self.converter.resolve_nested_schema(said.answers)}}
        elif said.status != 204:
            answer["content"] = {said.media: {"schema": {}}}
        refusals = {str(status): self._refusal(HTTPStatus(status).phrase) for status in _refusals(route)}
        return {str(said.status): answer, **refusals, "default": self._refusal("Any other refusal")}

    def _refusal(self, description: str) -> dict[str, Any]:
        schema = self.converter.resolve_nested_schema(Problem)
        return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def _security(route: Route) -> list[dict[str, list[str]]]:
    """Return the ways in: as a person, or with a key that has the scope."""
    needs = ([] if route.is_open else ["session"]) + (["token"] if route.changes else [])
    scope = route.description.scope
    by_key: list[dict[str, list[str]]] = [{"key": [scope]}] if scope else []
    return [{name: [] for name in needs}, *by_key] if needs or by_key else []


def _of_header(route: Route) -> list[dict[str, Any]]:
    if not route.changes or not route.description.keeps_key:
        return []
    words = "Sent again with the same key and the same content, the request is carried out once."
    key = {"type": "string", "pattern": KEY_PATTERN}
    return [{"in": "header", "name": "Idempotency-Key", "description": words, "schema": key}]


def _refusals(route: Route) -> list[int]:
    """Return the statuses with which a route refuses, as far as they follow from what it is."""
    found = {503, *route.description.refuses}
    if not route.is_open:
        found |= {401, 403}
    if route.rule.arguments:
        found.add(404)
    if route.changes:
        found.add(400)
    if route.changes and route.description.keeps_key:
        found.add(409)
    if route.changes or route.description.takes:
        found.add(422)
    return sorted(found)


def _doc(thing: Any) -> str:
    return cleandoc(getdoc(thing) or "")


def _first(doc: str) -> str:
    """Return the first paragraph on one line."""
    return " ".join(doc.partition("\n\n")[0].split())


def _rest(doc: str) -> str:
    return doc.partition("\n\n")[2]
