"""誰も受け取っていないもの: with its age, and the time at which the list comes."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import Invalid
from tests.unit.gateway.conftest import Answers, Client

PATH = "/desk/unanswered"
ONE: dict[str, Any] = {
    "handoff_id": "h1",
    "code": "K4M7-2PX",
    "urgency": "urgent",
    "from_office_id": "hospital",
    "office_id": "sakura",
    "role": "care_manager",
    "rung": 1,
    "raised_at": "2026-11-24T01:00:00+00:00",
    "age_s": 16 * 3600 + 29 * 60,
    "next_at": None,
    "is_overdue": False,
    "is_at_desk": False,
}
AT_DESK = ONE | {
    "handoff_id": "h2",
    "code": "K4M8-2PX",
    "office_id": "desk",
    "role": "desk",
    "is_at_desk": True,
}
OFFICES = [{"facility_id": "sakura", "name": "ケアプランさくら", "phone": "03-0000-0002"}]


@pytest.fixture
def desk(somebody: Callable[..., Client], answers: Answers) -> Client:
    found = {"unanswered": [ONE, AT_DESK], "count": 2, "lists_at": "09:00"}
    answers.by_method |= {
        "list_unanswered": found,
        "set_list_time": found,
        "get_facilities": {"facilities": OFFICES},
    }
    return somebody(role="desk")


def test_the_desk_sees_each_with_its_age_and_opens_what_is_its_own(desk: Client) -> None:
    page = desk.get(PATH).text

    assert all(text in page for text in ("2件を、まだ誰も", "ケアプランさくら", "16時間29分", "K4M7-2PX"))
    assert ('href="/handoffs/h1"' in page, 'href="/handoffs/h2"' in page) == (False, True)
    assert 'value="09:00"' in page


def test_the_time_is_kept(desk: Client, answers: Answers) -> None:
    kept = desk.browser.post(PATH, data={"csrf_token": desk.token, "lists_at": "08:45"})

    assert (kept.status_code, kept.location) == (303, PATH)
    assert answers.of("set_list_time")[0].request == {"lists_at": "08:45"}


def test_a_time_that_is_none_is_refused_at_its_field(desk: Client, answers: Answers) -> None:
    answers.by_method["set_list_time"] = Invalid("invalid", {"lists_at": ["not_a_time"]})

    page = desk.browser.post(PATH, data={"csrf_token": desk.token, "lists_at": ""})

    assert page.status_code == 422
    assert 'id="lists_at-e"' in page.text
    assert "K4M7-2PX" in page.text


def test_others_have_no_such_page(somebody: Callable[..., Client], answers: Answers) -> None:
    assert somebody(role="care_manager").get(PATH).status_code == 403
    assert answers.of("list_unanswered") == []
