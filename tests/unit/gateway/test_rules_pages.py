"""The desk's pages of rules: rungs come and go without a script, and refusals stand at their fields."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import Conflict, Invalid
from tests.unit.gateway.conftest import Answers, Client

NAME = "discharge_noted.urgent"
PATH = f"/desk/rules/{NAME}"
AT = "2026-11-24T01:00:00+00:00"


def a_rung(target: str, wait: int = 15) -> dict[str, Any]:
    return {"target": target, "wait": wait, "unit": "office", "repeats": 0}


RULE = {
    "rule": NAME,
    "rungs": [a_rung("care_manager"), a_rung("desk", 30)],
    "remind_desk": 120,
    "version": 2,
    "holds": 2,
    "is_shipped": False,
    "valid_from": AT,
    "changed_by": "kobayashi",
    "changed_at": AT,
    "cancelled_by": [],
}
LINE = {
    "steps": [
        {"at": AT, "what": "asked", "number": 1, "role": "care_manager", "skipped": None, "until": AT},
        {"at": AT, "what": "skipped", "number": 2, "role": "deputy", "skipped": "no_deputy", "until": None},
        {"at": AT, "what": "overdue", "number": 3, "role": "desk", "skipped": None, "until": None},
    ],
    "days": [
        {"day": "2026-11-23", "office": [], "office_closed": "holiday", "desk": [], "desk_closed": "weekday"},
    ],
}
FORM = {
    "version": "2",
    "remind_desk": "120",
    "target_0": "care_manager",
    "wait_0": "15",
    "unit_0": "office",
    "repeats_0": "0",
    "target_1": "desk",
    "wait_1": "30",
    "unit_1": "office",
    "repeats_1": "0",
}


@pytest.fixture
def counsellor(somebody: Callable[..., Client], answers: Answers) -> Client:
    answers.by_method |= {
        "list_rules": {"rules": [RULE]},
        "get_rule": {
            "rule": RULE,
            "history": [RULE],
            "shipped": {"rungs": RULE["rungs"], "remind_desk": 120},
        },
        "simulate_rule": LINE,
        "get_names": {"names": {"kobayashi": "小林 由美"}},
        "search_facilities": {
            "facilities": [{"facility_id": "care", "name": "ケアプランさくら"}],
            "total": 1,
        },
    }
    return somebody(role="desk")


def pressed(client: Client, do: str, **changes: str) -> Any:
    return client.browser.post(PATH, data={"csrf_token": client.token, **FORM, "do": do, **changes})


def rungs(page: Any) -> int:
    return int(page.text.count('name="wait_'))


def test_a_rule_is_shown_with_its_line_its_days_and_who_changed_it(counsellor: Client) -> None:
    page = counsellor.get(PATH).text

    assert "副担当が決まっていないため、飛ばします" in page
    assert "休み（祝日）" in page
    assert "小林 由美" in page
    assert "ケアプランさくら" in page


def test_the_line_is_of_friday_evening_unless_something_else_is_asked(
    counsellor: Client, answers: Answers
) -> None:
    counsellor.get(PATH)
    counsellor.get(f"{PATH}?at_day=2026-11-20&at_time=16:50&office_id=care")

    first, second = (asked.request for asked in answers.of("simulate_rule"))
    assert first["at"].endswith("T18:30:00+09:00")
    assert (second["at"], second["office_id"]) == ("2026-11-20T16:50:00+09:00", "care")


def test_buttons_add_and_remove_rungs_and_keep_what_was_typed(counsellor: Client, answers: Answers) -> None:
    added = pressed(counsellor, "add", wait_0="25")
    removed = pressed(counsellor, "remove-0")

    assert (added.status_code, rungs(added), rungs(removed)) == (200, 3, 1)
    assert 'value="25"' in added.text
    drawn = answers.of("simulate_rule")[0].request["content"]["rungs"]
    assert [rung["target"] for rung in drawn] == ["care_manager", "office", "desk"]
    assert answers.of("change_rule") == []


def test_a_rule_is_kept_with_the_version_it_started_from(counsellor: Client, answers: Answers) -> None:
    answers.by_method["change_rule"] = {}

    kept = pressed(counsellor, "save", valid_from_day="2026-12-01")

    assert kept.status_code == 303
    [asked] = answers.of("change_rule")
    assert asked.request == {
        "rule": NAME,
        "version": 2,
        "rungs": RULE["rungs"],
        "remind_desk": 120,
        "valid_from": "2026-12-01T00:00:00+09:00",
    }


def test_what_is_wrong_stands_at_its_field(counsellor: Client, answers: Answers) -> None:
    answers.by_method["change_rule"] = Invalid("rule", {"rungs.1.target": ["asked_before"]})

    page = pressed(counsellor, "save")

    assert page.status_code == 422
    assert 'href="#target_1"' in page.text
    assert 'id="target_1-e"' in page.text


def test_a_number_that_is_none_goes_to_the_service_as_it_was_typed(
    counsellor: Client, answers: Answers
) -> None:
    answers.by_method["change_rule"] = Invalid("", {"rungs.0.wait": ["not_a_number"]})

    page = pressed(counsellor, "save", wait_0="十五")

    assert answers.of("change_rule")[0].request["rungs"][0]["wait"] == "十五"
    assert 'id="wait_0-e"' in page.text
    assert 'value="十五"' in page.text


def test_somebody_elses_change_is_told(counsellor: Client, answers: Answers) -> None:
    answers.by_method["change_rule"] = Conflict("rule_changed")

    page = pressed(counsellor, "save")

    assert page.status_code == 409
    assert "ほかの人が先にこのきまりを変えました" in page.text


def test_only_the_desk_sees_rules(somebody: Callable[..., Client]) -> None:
    assert somebody(role="care_manager").get("/desk/rules").status_code == 403


def test_there_is_no_page_of_a_rule_that_is_none(counsellor: Client) -> None:
    assert counsellor.get("/desk/rules/nothing").status_code == 404
