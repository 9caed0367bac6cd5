"""The fictional city fits together."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from contracts.directory import FACILITY_KINDS, OfficeHours
from contracts.forms import codes
from contracts.roles import STAFF_ROLES
from tsunagi import demo_city
from tsunagi.greeting import pad, width

TODAY = date(2026, 4, 7)


@pytest.fixture
def city() -> dict[str, Any]:
    return demo_city.city({person["login"]: "…" for person in demo_city.PEOPLE}, TODAY)


def values(tree: Any) -> Iterator[Any]:
    """Yield every value in nested dicts and lists."""
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list | tuple) else None
    if inner is None:
        yield tree
    else:
        for each in inner:
            yield from values(each)


def test_ids_are_different(city):
    ids = [office["facility_id"] for office in city["offices"]]
    ids += [person["account_id"] for person in city["accounts"]]
    ids += [role["membership_id"] for person in city["accounts"] for role in person["memberships"]]
    ids += [person["person_id"] for person in city["persons"]]

    assert len(set(ids)) == len(ids)


def test_everybody_works_at_an_office_of_the_city_in_a_known_role(city):
    offices = {office["office_id"] for office in city["offices"]}
    roles = [role for person in city["accounts"] for role in person["memberships"]]

    assert {role["office_id"] for role in roles} <= offices
    assert {role["role"] for role in roles} <= set(STAFF_ROLES)


def test_every_office_has_a_known_kind_and_its_hours_fit_the_contract(city):
    assert {office["kind"] for office in city["offices"]} <= set(FACILITY_KINDS)
    for office in city["offices"]:
        if office["hours"]:
            assert not OfficeHours().validate(office["hours"] | {"is_provisional": False})


def test_telephone_numbers_cannot_reach_anybody(city):
    numbers = [text for text in values(city) if isinstance(text, str) and re.search(r"\d-\d+-\d", text)]
    telephones = [text for text in numbers if re.fullmatch(r"[\d-]{9,}", text) and not text.startswith("019")]

    assert telephones
    assert not [number for number in telephones if not number.startswith("000-000-")]


def test_care_levels_are_codes(city):
    assert {person["care_level"] for person in city["persons"]} <= {
        choice.code for choice in codes("care_level")
    }


def test_columns_line_up_with_japanese_text():
    assert [width(pad(text, 12)) for text in ("sato", "佐藤 恵", "")] == [12, 12, 12]
