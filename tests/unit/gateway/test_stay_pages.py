"""A stay's page, in each of its states."""

from typing import Any

import pytest

from gateway.pages import labels
from services.sharing.domain import stays

STATES = (stays.ADMITTED, stays.PLANNED, stays.DISCHARGED, stays.CANCELLED)


def page_of(somebody: Any, answers: Any, state: str) -> str:
    stay = {
        "stay_id": "s",
        "state": state,
        "hospital_name": "架空総合病院",
        "admitted_at": "2026-11-01T00:00:00+00:00",
        "planned_at": "2026-11-27T01:00:00+00:00",
        "destination": "home",
    }
    person = {"person_id": "p", "name": "架空 花子", "birth_date": "1940-01-02", "sex": "female"}
    answers.by_method["get_person"] = person | {"stays": [stay], "consents": [], "team": []}
    return somebody(role="discharge_planner").get("/persons/p/stays/s").text


def test_each_state_has_its_word() -> None:
    assert labels.STAY_STATES.keys() == set(STATES)


@pytest.mark.parametrize(("state", "is_open"), [*zip(STATES, (True, True, False, False), strict=True)])
def test_a_stay_can_be_planned_ended_and_cancelled_until_the_discharge(
    somebody: Any, answers: Any, state: str, is_open: bool
) -> None:
    page = page_of(somebody, answers, state)

    offered = [f'action="/persons/p/stays/s/{what}"' in page for what in ("plan", "discharge")]
    assert [*offered, 'href="/persons/p/stays/s/cancellation"' in page] == [is_open] * 3
