"""The OpenAPI document says what routes and services do: every address, request, role and sample."""

import re
import warnings
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from marshmallow import Schema
from openapi_spec_validator import validate

from chassis.clock import Clock
from chassis.config import Settings
from contracts import forms, samples
from contracts.roles import SERVICE, STAFF_ROLES, VISITOR
from contracts.scopes import SCOPES
from contracts.sharing import SendNote
from gateway import openapi
from gateway.app import create_app, gather
from gateway.hub import Hub
from gateway.openapi import Problem
from gateway.sessions import Sessions
from tests.unit.gateway.conftest import TOKEN, Answers, Client, a_session
from tsunagi.demo.note import CONTENT

ID = "019ab100-0000-7000-8000-000000000001"
ASK_NOBODY = {"session", "stream", "get_clock", "move_clock", "get_openapi", "get_facts"}
# What they send on was not sent to them: it is in the path or in the session.
SEND_THEIR_OWN = {"get_facility", "sign_out"}
ANSWER_THEIR_OWN = {"sign_in", "answer_second_factor"}
FOUND: dict[str, Any] = {"facilities": [{}], "handoff_id": ID, "person_id": ID, "dead_letters": []}


class Anything(Answers):
    """Services that find something whatever they are asked."""

    def ask(self, service: str, method: str, request: dict[str, Any], **more: Any) -> Any:
        self.by_method.setdefault(method, FOUND)
        return super().ask(service, method, request, **more)


SETTINGS = Settings("gateway", instance="test", secret_key="s" * 40)
NOBODY = Answers()
APP = create_app(NOBODY, SETTINGS, Hub(), Sessions(NOBODY, Clock()))
ROUTES = {route.name: route for route in openapi.routes(APP)}
ASKING = sorted(set(ROUTES) - ASK_NOBODY)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with APP.test_request_context(), warnings.catch_warnings():
        # apispec warns when a name is given to two schemas, and gives the second one another.
        warnings.simplefilter("error", UserWarning)
        return openapi.document(APP)


def operation(document: dict[str, Any], name: str) -> dict[str, Any]:
    route = ROUTES[name]
    return document["paths"][route.path][route.method.lower()]


def method_of(service: str, method: str) -> Any:
    kind = getattr(import_module(f"services.{service}.service"), f"{service.capitalize()}Service")
    return getattr(kind, method)


def asking(answers: Answers) -> Flask:
    """Return the app with these services behind it."""
    APP.extensions["tsunagi"] = gather(answers, SETTINGS, Hub(), Sessions(answers, Clock()))
    return APP


@cache
def asked_by(name: str) -> list[tuple[Any, Any, set[str]]]:
    """Return (question, the service's method, fields that were sent) when all that is described is sent."""
    found, route = [], ROUTES[name]
    for schema in route.rest or (None,):
        answers = Anything(
            {
                "get_session": a_session(role=route.roles[0] if route.roles else "care_manager"),
                "sign_in": {"token": TOKEN, "session": a_session()},
                "answer_second_factor": {"token": TOKEN, "session": a_session()},
                "act_as": a_session(),
            }
        )
        sent = sent_by(schema) if schema else {}
        browser = Client(asking(answers))
        path = re.sub(r"<\w+>", ID, route.rule.rule)
        query, body = ({}, sent) if route.changes else (sent, None)
        headers = {"X-CSRF-Token": browser.token}
        answer = browser.browser.open(
            path, method=route.method, query_string=query, json=body, headers=headers
        )
        assert answer.status_code == route.description.status, answer.text
        questions = [one for one in answers.asked if one.method != "get_session"]
        found += [(one, method_of(one.service, one.method), set(sent)) for one in questions]
    return found


def sent_by(schema: Schema) -> dict[str, Any]:
    numbers = {"page", "stays_page", "page_size", "after_seq", "revision"}
    return {name: "sharing" if name == "service" else 1 if name in numbers else "x" for name in schema.fields}


def test_the_document_is_valid_openapi(document):
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_route_of_the_api_is_in_the_document_and_none_besides(document):
    served = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in APP.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "pages.api_docs"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert {(method, path) for path, methods in document["paths"].items() for method in methods} == served


def test_a_name_is_given_to_one_schema():
    kinds: dict[str, set[type]] = {}
    for route in ROUTES.values():
        told = route.description
        for schema in (*told.takes, *filter(None, [told.answers])):
            kinds.setdefault(type(schema).__name__, set()).add(type(schema))

    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", ASKING)
def test_a_route_takes_what_the_service_takes(name):
    route = ROUTES[name]
    asked = asked_by(name)

    assert asked
    for question, method, sent in asked:
        # Of what is replayed `service` says who is asked.
        assert sent - {"service"} <= set(question.request)
        needed = (
            {field for field, kind in method.takes().fields.items() if kind.required}
            if method.takes
            else set()
        )
        assert needed <= set(question.request)
    if name not in SEND_THEIR_OWN:
        taken = [
            next(k for k in type(s).__mro__ if k.__module__.startswith("contracts."))
            for s in route.description.takes
        ]
        assert set(taken) == {method.takes for _, method, _ in asked} - {None}


@pytest.mark.parametrize("name", ASKING)
def test_a_route_lets_in_whom_the_service_lets_in(document, name):
    route = ROUTES[name]

    for _, method, _ in asked_by(name):
        staff = set(method.roles) - {VISITOR, SERVICE}
        assert set(operation(document, name)["x-roles"]) == staff - {"*"}
        assert route.is_open == (VISITOR in method.roles)


@pytest.mark.parametrize("name", [name for name in ASKING if ROUTES[name].changes])
def test_a_key_is_offered_where_the_service_keeps_it(document, name):
    names = {each["name"] for each in operation(document, name)["parameters"]}

    for _, method, _ in asked_by(name):
        assert ("Idempotency-Key" in names) == method.keeps_key


@pytest.mark.parametrize("name", sorted(set(ASKING) - SEND_THEIR_OWN - ANSWER_THEIR_OWN))
def test_a_route_answers_what_the_contract_says(name):
    answers = ROUTES[name].description.answers
    kinds = {kind.__name__ for kind in type(answers).__mro__}
    names = set(answers.fields) if answers else set()

    for _, method, _ in asked_by(name):
        if method.takes:
            said = method.takes.__doc__.partition("→")[2].strip()
            word = re.match(r"[A-Z]\w+", said)
            assert (
                (word[0] in kinds)
                if word
                else (names_in(said) <= names and bool(names_in(said)) == bool(names))
            )


def names_in(said: str) -> set[str]:
    """Return the names in the first braces, at the outermost level."""
    inner = re.search(r"\{((?:[^{}]|\{[^{}]*\})*)\}", said)[1]
    return set(re.findall(r'"(\w+)"', re.sub(r"\{[^{}]*\}", "", inner)))


def test_who_changes_something_sends_the_token(document):
    for name, route in ROUTES.items():
        as_a_person = [each for each in operation(document, name)["security"] if "key" not in each]
        needs = {key for each in as_a_person for key in each}

        assert needs == ({"token"} if route.changes else set()) | (set() if route.is_open else {"session"})


def test_every_scope_opens_something_and_only_scopes_do(document):
    ways = [each for name in ROUTES for each in operation(document, name)["security"] if "key" in each]

    assert {scope for each in ways for scope in each["key"]} == set(SCOPES)


def test_what_takes_no_key_is_known():
    """Signing in, arranging staff and keys, and running the system are for people alone."""
    without = {name for name, route in ROUTES.items() if route.description.scope is None}

    assert {ROUTES[name].subject for name in without} == {
        "sign_in", "second_factor", "staff", "keys", "webhooks", "rules", "unreached", "unanswered",
        "channels", "wishes", "rota", "faxes", "records", "statistics", "operator", "demo", "openapi",
    }  # fmt: skip
    assert {name for name in ROUTES if ROUTES[name].subject == "staff"} - without == {
        "list_staff",
        "get_names",
    }


def test_roles_are_roles(document):
    named = {role for name in ROUTES for role in operation(document, name)["x-roles"]}

    assert named <= set(STAFF_ROLES)


@pytest.mark.parametrize("path", sorted(samples.REQUESTS.glob("*.json")), ids=lambda path: path.stem)
def test_a_sample_fits_its_request(document, path):
    content = operation(document, path.stem)["requestBody"]["content"]["application/json"]
    whole = {**content["schema"], "components": document["components"]}
    sample = content["examples"]["sample"]["value"]

    validator = Draft202012Validator(whole)

    assert list(validator.iter_errors(sample)) == []
    assert not validator.is_valid({**sample, "unknown": 1})


def test_the_sample_note_is_the_one_of_the_demonstration_and_complete():
    note = samples.request("send_note")
    form = forms.load("discharge_note.r6")

    checked = forms.check(form, SendNote().load(note)["content"])

    assert note["content"] == CONTENT
    assert checked.errors == {}


def test_a_refusal_is_the_problem_of_the_document():
    client = Client(asking(Anything({"get_session": a_session()})))

    refused = client.get("/api/inbox?after_seq=abc").json

    needed = {(field.data_key or name) for name, field in Problem().fields.items() if field.required}
    assert set(refused) == needed
    assert Problem().load(refused)["fields_"]["after_seq"][0]["code"] == "not_a_number"
