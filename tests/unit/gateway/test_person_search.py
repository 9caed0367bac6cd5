"""Searching a person: the name goes in a body, never in an address, where logs and histories keep it."""

import re
from urllib.parse import unquote

import pytest

from tests.unit.gateway.conftest import Answers, Client

A_ROW = {
    "person_id": "p1",
    "name": "架空 千代",
    "kana": "カクウ チヨ",
    "birth_date": "1944-04-12",
    "sex": "female",
    "care_level": "22",
    "consent": None,
    "care_manager": None,
}


@pytest.fixture(autouse=True)
def _many_persons(answers: Answers) -> None:
    answers.by_method["list_persons"] = {"persons": [A_ROW], "total": 180, "page_size": 50}


def test_the_api_searches_by_post(aoki: Client, answers: Answers) -> None:
    found = aoki.post("/api/persons/search", {"text": "千代", "page": 2})

    assert found.json["total"] == 180
    assert answers.of("list_persons")[-1].request == {"text": "千代", "page": 2}


def test_a_name_in_the_address_is_refused(aoki: Client, answers: Answers) -> None:
    answer = aoki.get("/api/persons?text=千代")

    assert (answer.status_code, answer.json["fields"]["text"][0]["code"]) == (422, "unknown_field")
    assert answers.of("list_persons") == []


def test_the_page_searches_by_post_and_no_address_on_it_holds_the_name(
    aoki: Client, answers: Answers
) -> None:
    form = {"csrf_token": aoki.token, "text": "千代", "page": "2"}

    page = aoki.browser.post("/persons", data=form).text

    assert answers.of("list_persons")[-1].request == {"text": "千代", "page": 2}
    addresses = re.findall(r'(?:href|action|data-[a-z]+)="([^"]*)"', page)
    assert [address for address in addresses if "千代" in unquote(address)] == []
    assert not re.search(r'<form[^>]+action="/persons"[^>]+method="get"', page)
    assert '<button name="page" value="3">' in page


def test_the_page_ignores_a_name_in_its_address(aoki: Client, answers: Answers) -> None:
    aoki.get("/persons?text=千代&page=2")

    assert answers.of("list_persons")[-1].request == {"text": "", "page": 2}


def test_another_site_cannot_search(aoki: Client, answers: Answers) -> None:
    answer = aoki.browser.post("/persons", data={"text": "千代"})

    assert answer.status_code == 400
    assert answers.of("list_persons") == []
