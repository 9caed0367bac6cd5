"""営業日と時間: midnight, half-typed times and more than two spans come back as they were set."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.gateway.conftest import Answers, Client

PATH = "/office/hours"
NIGHT = {"opens": "17:30", "closes": "24:00"}
THREE = [{"opens": f"{hour:02}:00", "closes": f"{hour + 1:02}:00"} for hour in (9, 12, 15)]


@pytest.fixture
def manager(somebody: Callable[..., Client], answers: Answers) -> Client:
    weekly = {"mon": THREE, "sat": [NIGHT]}
    hours = {"weekly": weekly, "closes_on_holidays": True, "closed_days": [], "is_provisional": False}
    answers.by_method |= {
        "get_facilities": {"facilities": [{"facility_id": "office-1", "name": "Sakura", "hours": hours}]},
        "set_hours": {},
    }
    return somebody(role="office_manager")


def sent(manager: Client, answers: Answers, **fields: str) -> Any:
    manager.browser.post(PATH, data={"csrf_token": manager.token, **fields})
    return answers.of("set_hours")[-1].request["weekly"]


def test_browsers_let_no_half_typed_time_go(manager: Client) -> None:
    assert "novalidate" not in manager.get(PATH).text


def test_midnight_closes_a_day_both_ways(manager: Client, answers: Answers) -> None:
    page = manager.get(PATH).text

    assert 'name="sat_0_closes" type="time" class="w-time" value="00:00"' in page
    assert sent(manager, answers, sat_0_opens="17:30", sat_0_closes="00:00")["sat"] == [NIGHT]


def test_more_spans_than_usual_are_all_on_the_form_and_kept(manager: Client, answers: Answers) -> None:
    page = manager.get(PATH).text
    fields = {f"mon_{n}_{end}": time for n, span in enumerate(THREE) for end, time in span.items()}

    assert 'id="mon_2_opens" name="mon_2_opens" type="time" class="w-time" value="15:00"' in page
    assert sent(manager, answers, **fields)["mon"] == THREE


def test_half_a_span_goes_along_to_be_refused_at_its_day(manager: Client, answers: Answers) -> None:
    assert sent(manager, answers, tue_1_opens="09:00")["tue"] == [{"opens": "09:00", "closes": ""}]
