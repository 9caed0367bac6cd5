"""One class, one version, one sample per fact; the page of facts; a handler for every hearing."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from chassis import topology
from contracts.fact import FACTS, NewFact, seal, unseal
from tsunagi import facts_page

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "contracts" / "samples"

# What would make a fact tell of a person. Offices' names are public.
PERSONAL = re.compile(r"(^|_)(person|patient|birth|phone|address|kana|diagnosis|note_text|email|login)")


@pytest.fixture(params=sorted(FACTS))
def fact(request):
    return FACTS[request.param]


def sample_of(fact):
    return json.loads((SAMPLES / f"{fact.type}.json").read_text(encoding="utf-8"))


def test_every_fact_has_one_sample_and_every_sample_a_fact():
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(FACTS)


def test_a_sample_survives_the_journey_unchanged(fact):
    sample = sample_of(fact)
    heard = unseal(sample)

    again = NewFact(fact, heard.data, heard.municipality, heard.episode, heard.revision)

    assert seal(again, id=heard.id, time=heard.time, traceparent=heard.traceparent) == sample
    assert set(sample["data"]) == set(fact().fields)


def test_the_subject_is_one_of_the_fields(fact):
    assert fact.subject in fact().fields


def test_no_fact_has_room_for_a_persons_data(fact):
    assert [name for name in fact().fields if PERSONAL.search(name)] == []


def test_a_hearer_ignores_fields_that_it_does_not_know_at_any_depth(fact):
    sample = sample_of(fact)

    assert unseal(with_more_fields(sample)) == unseal(sample)


def with_more_fields(value, name=""):
    """Return it with one more field in every part; the weekly hours are a map of days and no part."""
    if isinstance(value, list):
        return [with_more_fields(each) for each in value]
    if not isinstance(value, dict):
        return value
    more = {} if name == "weekly" else {"added_later": "x"}
    return {key: with_more_fields(each, key) for key, each in value.items()} | more


@pytest.mark.parametrize("hearing", topology.hearings(), ids=lambda h: h.queue)
def test_every_declared_hearer_has_its_handler(hearing):
    module = import_module(f"services.{hearing.hearer}.service")
    service = getattr(module, f"{hearing.hearer.capitalize()}Service")

    assert hasattr(service, topology.handler_name(hearing.fact))


def test_nobody_hears_what_is_not_declared():
    declared = {(h.hearer, topology.handler_name(h.fact)) for h in topology.hearings()}
    written = set()
    for name in topology.SERVICES:
        service = getattr(import_module(f"services.{name}.service"), f"{name.capitalize()}Service")
        written |= {(name, method) for method in dir(service) if method.startswith("on_")}

    assert written == declared


def test_the_page_of_facts_is_up_to_date():
    assert (ROOT / "docs" / "facts.md").read_text(encoding="utf-8") == facts_page.write()
