"""返事のない連絡: with its age, and the time at which the list comes."""

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
    "refused_at": None,
    "received_by": None,
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

    assert all(text in page for text in ("2件が、返事や対応を", "ケアプランさくら", "16時間29分", "K4M7-2PX"))
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


def test_what_an_office_has_said_by_fax_stands_at_its_line(desk: Client, answers: Answers) -> None:
    arrived = ONE | {"received_by": "fax"}
    refused = AT_DESK | {"refused_at": "2026-11-24T02:00:00+00:00"}
    found = {"unanswered": [arrived, refused], "count": 2, "lists_at": "09:00"}
    answers.by_method["list_unanswered"] = found

    page = desk.get(PATH).text

    first, _, second = page.partition('data-row="h1"')[2].partition('data-row="h2"')
    assert "事業所に届いています（FAX）" in first
    assert "FAXで「お受けできません」と返事がありました。" in second
    assert ('href="/unreached"' in second, 'href="/handoffs/h2"' in second) == (True, False)


def test_the_menu_says_how_much_has_reached_nobody(desk: Client, answers: Answers) -> None:
    answers.by_method["list_inbox"] |= {"waiting": 2, "unreached": 3}

    rail = desk.get(PATH).text.partition('class="rail"')[2].partition("</nav>")[0]

    waiting, _, unreached = rail.partition('href="/unreached"')
    assert '<span data-count="waiting">2</span>' in waiting
    assert '<span data-count="unreached">3</span>' in unreached
    assert rail.count("data-count=") == 2
