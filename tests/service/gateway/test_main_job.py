"""The main job by HTTP, with every service: what is sent twice counts once, strangers see nothing."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis.ids import new_id
from tests.service.gateway.conftest import Browser
from tests.support.eventually import eventually
from tests.support.machine import TestInstance
from tests.support.stack import Stack
from tsunagi import seeding
from tsunagi.demo.note import CONTENT

SERVICES = ("accounts", "directory", "sharing", "events", "notify", "gateway")


@pytest.fixture(scope="module")
def city(start_stack: Callable[..., Stack], instance: TestInstance) -> tuple[Stack, dict[str, str]]:
    passwords = seeding.seed(instance.instance)
    stack = start_stack(*SERVICES)
    stack.broker.settle()
    return stack, passwords


@pytest.fixture
def enter(city: tuple[Stack, dict[str, str]]) -> Iterator[Callable[[str], Browser]]:
    stack, passwords = city
    opened: list[Browser] = []

    def sign_in(login: str) -> Browser:
        opened.append(Browser(stack.url).sign_in(login, passwords[login]))
        return opened[-1]

    yield sign_in
    for each in opened:
        each.http.close()


def a_note(planner: Browser) -> dict[str, Any]:
    """Return what a planner sends for the next stay of which the discharge is planned."""
    stays = planner.get("/api/handoffs?board=sent").json()["stays"]
    stay_id = next(stay["stay_id"] for stay in stays if stay["state"] == "discharge_planned")
    draft = planner.get(f"/api/stays/{stay_id}/note").json()["draft"]["content"]
    return {"stay_id": stay_id, "content": {**draft, **CONTENT}}


def alerts(browser: Browser, handoff_id: str) -> list[dict[str, Any]]:
    items = browser.get("/api/inbox").json()["items"]
    return [item for item in items if item["handoff_id"] == handoff_id]


def test_a_note_sent_twice_is_one_handoff_and_one_alert(
    enter: Callable[[str], Browser], city: tuple[Stack, Any]
) -> None:
    planner, sato = enter("tanaka"), enter("sato")
    note = a_note(planner)

    first = planner.post("/api/handoffs", note, Idempotency_Key="pressed-twice")
    second = planner.post("/api/handoffs", note, Idempotency_Key="pressed-twice")

    assert (first.status_code, second.status_code) == (201, 201), first.text
    assert first.json() == second.json()
    handoff_id = first.json()["handoff_id"]
    assert first.headers["Location"] == f"/api/handoffs/{handoff_id}"
    eventually(lambda: alerts(sato, handoff_id))
    city[0].broker.settle()
    assert len(alerts(sato, handoff_id)) == 1

    answered = sato.post(f"/api/handoffs/{handoff_id}/acknowledgement").json()
    assert answered["acknowledged_by_name"] == "佐藤 恵"
    seen = eventually(lambda: _if_state(planner, handoff_id, "acknowledged"))
    assert seen["acknowledged_by"] == answered["acknowledged_by"]


def _if_state(browser: Browser, handoff_id: str, state: str) -> Any:
    found = browser.get(f"/api/handoffs/{handoff_id}").json()
    return found if found["state"] == state else None


def test_strangers_and_operators_learn_nothing(enter: Callable[[str], Browser]) -> None:
    planner = enter("tanaka")
    handoff_id = planner.post("/api/handoffs", a_note(planner)).json()["handoff_id"]
    auditor = enter("kansa")

    forbidden = auditor.get(f"/api/handoffs/{handoff_id}")
    absent = auditor.get(f"/api/handoffs/{new_id()}")

    assert forbidden.status_code in (403, 404)
    assert (forbidden.status_code, forbidden.content) == (absent.status_code, absent.content)
    for role in (auditor, enter("ishida")):
        assert role.get(f"/api/handoffs/{handoff_id}").status_code in (403, 404)
        assert role.post(f"/api/handoffs/{handoff_id}/acknowledgement").status_code in (403, 404)
        assert role.get(f"/api/handoffs/{handoff_id}/ladder").status_code in (403, 404)


def test_gaps_in_a_note_are_named_at_their_fields_and_nothing_is_sent(
    enter: Callable[[str], Browser],
) -> None:
    planner = enter("tanaka")
    before = len(planner.get("/api/handoffs?board=sent").json()["handoffs"])
    note = a_note(planner)
    note["content"] |= {"meal": "", "water_ml": "many", "shoe_size": 42}

    answer = planner.post("/api/handoffs", note)

    codes = {path: found[0]["code"] for path, found in answer.json()["fields"].items()}
    assert answer.status_code == 422
    assert {"content.shoe_size", "content.water_ml"} <= codes.keys() or {
        "shoe_size",
        "water_ml",
    } <= codes.keys()
    assert all(found[0]["message"] for found in answer.json()["fields"].values())
    assert len(planner.get("/api/handoffs?board=sent").json()["handoffs"]) == before


def test_a_page_s_form_pressed_twice_counts_once(enter: Callable[[str], Browser]) -> None:
    planner = enter("tanaka")
    page = planner.get("/persons/new").text
    form = {name: _hidden(page, name) for name in ("csrf_token", "form_key")} | {
        "family_name": "架空",
        "given_name": "花子",
        "family_kana": "カクウ",
        "given_kana": "ハナコ",
        "birth_date": "S20.4.1",
        "sex": "female",
        "municipality": "999997",
    }

    answers = [
        planner.http.post(f"{planner.url}/persons/new", data=form, allow_redirects=False) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert planner.post("/api/persons/search", {"text": "架空"}).json()["total"] == 1


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]+)"', page)
    assert found, f"no hidden field {name}"
    return found[1]


def test_a_form_of_another_site_changes_nothing(enter: Callable[[str], Browser]) -> None:
    planner = enter("tanaka")

    answer = planner.http.post(f"{planner.url}/persons/new", data={"family_name": "架空"}, timeout=10)

    assert answer.status_code == 400
    assert "ページを開いてから時間がたちました" in answer.text


def test_a_page_leads_a_visitor_to_the_sign_in_and_back(city: tuple[Stack, Any]) -> None:
    visitor = Browser(city[0].url)

    answer = visitor.get("/persons/new")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/persons/new")


def test_only_an_operator_moves_the_clock_and_all_follow(
    enter: Callable[[str], Browser], city: tuple[Stack, Any]
) -> None:
    operator, planner = enter("ishida"), enter("tanaka")
    assert planner.post("/api/demo/clock", {"advance_s": 60}).status_code == 403
    before = datetime.fromisoformat(operator.get("/api/demo/clock").json()["now"])

    moved = operator.post("/api/demo/clock", {"to": (before + timedelta(minutes=20)).isoformat()})
    further = operator.post("/api/demo/clock", {"advance_s": 60})
    wrong = operator.post("/api/demo/clock", {"to": "tomorrow"})

    assert (
        timedelta(minutes=20) <= datetime.fromisoformat(moved.json()["now"]) - before < timedelta(minutes=21)
    )
    assert further.json()["offset_s"] - moved.json()["offset_s"] == pytest.approx(60, abs=1)
    assert wrong.json()["fields"]["to"][0]["code"] == "not_a_moment"


def test_the_desk_of_a_city_is_known_to_visitors(city: tuple[Stack, Any]) -> None:
    visitor = Browser(city[0].url)

    desks = visitor.get("/api/desks?municipality=999997").json()["facilities"]
    found = visitor.get("/api/facilities?text=さくら").json()["facilities"]

    assert [desk["kind"] for desk in desks] == ["desk"]
    assert [facility["name"] for facility in found] == ["ケアプランさくら"]
    assert visitor.get(f"/api/facilities/{found[0]['facility_id']}").json()["name"] == "ケアプランさくら"
    assert visitor.get(f"/api/facilities/{new_id()}").status_code == 404
