"""知らせる時間: plain fields, refusals at their day, and what breaks through said in words."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import Invalid
from tests.unit.gateway.conftest import Answers, Client

PATH = "/settings/wishes"
NOTHING: dict[str, Any] = {
    "quiet_weekdays": None,
    "quiet_weekends": None,
    "quiet_holidays": False,
    "windows": {},
    "digest_at": None,
}
WISHED = NOTHING | {
    "quiet_weekdays": {"begins": "20:00", "ends": "07:00"},
    "windows": {"mon": [{"opens": "09:00", "closes": "10:00"}] * 3},
}
AT = "2026-11-27T09:30:00+00:00"
LETTER = {"urgency": "urgent", "asked_at": AT, "until": AT, "letter_at": AT, "why": "breaks_through"}
LATER = LETTER | {"urgency": "today", "letter_at": "2026-11-30T00:00:00+00:00", "why": "waits"}

DESK = {
    "facility_id": "desk-1",
    "name": "架空市 在宅医療・介護連携支援センター",
    "phone": "03-0000-0000",
    "hours": {"weekly": {}, "is_provisional": True},
}


@pytest.fixture
def reader(somebody: Callable[..., Client], answers: Answers) -> Client:
    answers.by_method |= {
        "get_wishes": {"wishes": WISHED, "changed_at": AT},
        "draw_wishes": {"at": AT, "letters": [LETTER, LATER]},
        "set_wishes": {"wishes": WISHED, "changed_at": AT},
        "list_desks": {"facilities": [DESK]},
    }
    return somebody(role="care_manager")


def pressed(client: Client, do: str, **fields: str) -> Any:
    return client.browser.post(PATH, data={"csrf_token": client.token, "do": do, **fields})


def test_the_page_says_what_breaks_through_and_draws_friday_evening(reader: Client, answers: Answers) -> None:
    page = reader.get(PATH).text

    assert "「急ぎ」の連絡。夜も休みの日も、待ちません。" in page
    assert "急ぎなので、待たずに知らせます。" in page
    assert "次に知らせてよい時間まで待ちます。" in page
    [asked] = answers.of("draw_wishes")
    assert asked.request["at"].endswith("T18:30:00+09:00")
    assert (asked.request["desk_id"], asked.request["content"]) == ("desk-1", None)


def test_more_windows_than_usual_are_all_on_the_form(reader: Client) -> None:
    page = reader.get(PATH).text

    assert 'id="mon_2_opens" name="mon_2_opens" type="time" class="w-time" value="09:00"' in page


def test_browsers_let_no_half_typed_time_go(reader: Client) -> None:
    assert "novalidate" not in reader.get(PATH).text


def test_showing_keeps_nothing(reader: Client, answers: Answers) -> None:
    page = pressed(reader, "show", quiet_weekends_begins="18:00", quiet_weekends_ends="09:00")

    assert page.status_code == 200
    assert 'value="18:00"' in page.text
    drawn = answers.of("draw_wishes")[-1].request["content"]
    assert drawn == NOTHING | {"quiet_weekends": {"begins": "18:00", "ends": "09:00"}}
    assert answers.of("set_wishes") == []


def test_what_was_typed_is_kept_as_wishes(reader: Client, answers: Answers) -> None:
    fields = {"mon_0_opens": "09:00", "mon_0_closes": "10:00", "quiet_holidays": "yes", "digest_at": "08:30"}

    kept = pressed(reader, "save", **fields)

    assert (kept.status_code, kept.location) == (303, PATH)
    windows = {"mon": [{"opens": "09:00", "closes": "10:00"}]}
    wished = {"quiet_holidays": True, "windows": windows, "digest_at": "08:30"}
    assert answers.of("set_wishes")[0].request == NOTHING | wished


def test_what_is_wrong_stands_at_its_field(reader: Client, answers: Answers) -> None:
    wrong = {"quiet_weekdays": {"ends": ["not_a_time"]}, "windows.tue": ["overlaps"]}
    answers.by_method["set_wishes"] = Invalid("wishes", wrong)

    page = pressed(reader, "save", quiet_weekdays_begins="20:00")

    assert page.status_code == 422
    assert answers.of("set_wishes")[0].request["quiet_weekdays"] == {"begins": "20:00", "ends": ""}
    assert 'id="quiet_weekdays-e"' in page.text
    assert 'id="tue-e"' in page.text
    assert 'href="#tue"' in page.text
