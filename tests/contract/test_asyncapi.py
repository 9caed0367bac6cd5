"""The AsyncAPI document says of the bus what contracts and topology say, and is a valid one."""

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from chassis import topology
from contracts import samples
from contracts.fact import FACTS
from gateway import asyncapi
from tsunagi.vendor import ROOT

SPECIFICATION = ROOT / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
DOCUMENT = asyncapi.document()


@pytest.fixture(scope="module")
def specification() -> Draft7Validator:
    if not SPECIFICATION.exists():
        pytest.fail("@asyncapi/specs is missing: run `make development`", pytrace=False)
    return Draft7Validator(json.loads(SPECIFICATION.read_text("utf-8")))


def message(kind: str) -> Draft202012Validator:
    """Return what holds a message against the document."""
    payload = DOCUMENT["components"]["messages"][kind]["payload"]
    whole = {**payload, "components": DOCUMENT["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {found for each in value for found in references(each)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if "$ref" in value else set()
    return own | {found for each in value.values() for found in references(each)}


def test_the_document_is_valid_asyncapi(specification: Draft7Validator) -> None:
    assert [error.message for error in specification.iter_errors(DOCUMENT)] == []
    assert not specification.is_valid({**DOCUMENT, "channels": {"x": {"messages": []}}})


def test_every_reference_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        place = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]

        assert place


def test_every_fact_has_a_channel_and_every_hearer_its_queue() -> None:
    told = DOCUMENT["operations"]
    heard = {name for name, operation in told.items() if operation["action"] == "receive"}

    assert set(DOCUMENT["channels"]) == set(DOCUMENT["components"]["messages"]) == set(FACTS)
    assert heard == {hearing.queue for hearing in topology.hearings()}
    assert len(told) == len(heard) + len(FACTS)


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_the_example_is_the_sample_and_fits(kind: str) -> None:
    (example,) = DOCUMENT["components"]["messages"][kind]["examples"]

    assert example["payload"] == samples.fact(kind)
    assert [error.message for error in message(kind).iter_errors(example["payload"])] == []


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_a_message_without_what_it_needs_does_not_fit(kind: str) -> None:
    sample = samples.fact(kind)
    needed = [name for name, field in FACTS[kind]().fields.items() if field.required]

    assert needed
    for name in needed:
        less = {key: value for key, value in sample["data"].items() if key != name}
        assert not message(kind).is_valid({**sample, "data": less})
    assert not message(kind).is_valid({**sample, "type": "sharing.nothing.v1"})
