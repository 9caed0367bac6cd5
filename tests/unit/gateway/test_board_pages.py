"""The planner's board in pages."""

from typing import Any

import pytest
from flask import Flask

COUNTS = {"needs": 1, "waiting": 119, "done": 0, "over": 0, "stays": 70}
PERSON = {"person_id": "p", "name": "架空 花子", "birth_date": "1940-01-02", "sex": "female"}


def a_stay(number: int) -> dict[str, Any]:
    return {
        "stay_id": f"stay-{number}",
        "person": PERSON,
        "ward": "",
        "room": "",
        "admitted_at": "2026-11-01T00:00:00+00:00",
        "planned_at": None,
        "destination": None,
    }


@pytest.fixture
def planner(somebody: Any, answers: Any) -> Any:
    answers.by_method |= {"list_handoffs": a_board, "list_conferences": {"conferences": []}}
    return somebody(role="discharge_planner")


def a_board(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "handoffs": [],
        "drafts": [],
        "stays": [a_stay(request.get("stays_page", 1))],
        "counts": COUNTS,
        "more": {"handoffs": request.get("page", 1) < 3, "stays": request.get("stays_page", 1) < 2},
    }


def test_the_board_asks_for_the_page_and_links_to_its_neighbours(planner: Any, answers: Any) -> None:
    page = planner.get("/board?show=waiting&mine=1&page=2")

    asked = answers.of("list_handoffs")[-1].request
    assert (asked["page"], asked["show"], asked["mine"], asked["page_size"]) == (2, "waiting", True, 50)
    assert 'href="/board?show=waiting&amp;mine=1&amp;page=1" rel="prev"' in page.text
    assert 'href="/board?show=waiting&amp;mine=1&amp;page=3" rel="next"' in page.text
    assert "119" in page.text


@pytest.mark.parametrize("address", ["_anchor=x", "endpoint=x", "_scheme=javascript&_external=1", "anchor=x"])
def test_nothing_else_of_an_address_goes_into_a_link(planner: Any, address: str) -> None:
    page = planner.get(f"/board?page=2&{address}")

    assert 'href="/board?page=3" rel="next"' in page.text


def test_the_last_page_has_no_next(planner: Any) -> None:
    assert "page=4" not in planner.get("/board?page=3").text


def test_stays_have_pages_of_their_own(planner: Any) -> None:
    page = planner.get("/board?page=2")

    assert 'href="/board?page=2&amp;stays_page=2#stays-h" rel="next"' in page.text
    assert "70人" in page.text
    assert ('aria-label="ページ"' in page.text, 'aria-label="入院中の方のページ"' in page.text) == (
        True,
        True,
    )
    assert 'href="/notes?stays_page=2#stays-h"' in planner.get("/notes").text


@pytest.mark.parametrize("page", ["0", "-1", "x"])
def test_a_page_that_cannot_be_is_the_first(planner: Any, answers: Any, page: str) -> None:
    assert planner.get(f"/board?page={page}").status_code == 200
    assert answers.of("list_handoffs")[-1].request["page"] == 1


def test_a_conference_finds_its_stay_on_whichever_page(app: Flask, planner: Any, answers: Any) -> None:
    proposed = {"conference_id": "c", "stay_id": "stay-2", "state": "proposed", "proposed_at": None}
    answers.by_method["list_conferences"] = {"conferences": [proposed]}
    from gateway.pages.board import conferences

    with app.test_request_context("/board", headers={"Cookie": "tsunagi_session=token-of-aoki"}):
        [found] = conferences("sent", [a_stay(1)])

    assert found["stay"]["stay_id"] == "stay-2"
    assert {asked.request["part"] for asked in answers.of("list_handoffs")} == {"stays"}


def test_the_api_has_the_same_pages(planner: Any, answers: Any) -> None:
    refused = planner.get("/api/handoffs?board=sent&page=x")
    planner.get("/api/handoffs?board=sent&show=needs&page=2&stays_page=3&page_size=50")

    [asked] = answers.of("list_handoffs")
    assert refused.status_code == 422
    assert asked.request == {"board": "sent", "show": "needs", "page": 2, "stays_page": 3, "page_size": 50}
