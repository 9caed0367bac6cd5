"""当番表: gaps named, forms for who may change it, offers that are answered, all without scripts."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import Conflict, Invalid
from tests.unit.gateway.conftest import Answers, Client

PATH = "/office/rota"
NAMES = {"aoki-1": "青木 恵", "baba-1": "馬場 健", "gone-1": "千代田 進"}


def a_line(begins: str, ends: str, account_id: str | None = None, gap: str | None = None, **more: Any) -> Any:
    times = {"from_at": f"{begins}:00+00:00", "until_at": f"{ends}:00+00:00"}
    about = {"account_id": account_id, "duty_id": None, "source": None, "gap": gap, "is_open": False}
    return times | about | more


# 17:30 on Friday until 8:30 on Saturday.
NIGHT = ("2030-11-29T08:30", "2030-11-29T23:30")
GAP = a_line("2030-11-25T08:30", "2030-11-25T23:30", "gone-1", "not_a_member")
OFFER: dict[str, Any] = {
    "swap_id": "swap-1",
    "from_account_id": "baba-1",
    "to_account_id": "aoki-1",
    "from_at": f"{NIGHT[0]}:00+00:00",
    "until_at": f"{NIGHT[1]}:00+00:00",
    "offered_at": "2030-11-20T00:00:00+00:00",
    "answered_at": None,
    "state": "waits",
}
ROTA: dict[str, Any] = {
    "office_id": "office-1",
    "first_day": "2030-11-25",
    "lines": [
        GAP,
        a_line("2030-11-26T00:00", "2030-11-26T08:00", gap="nobody_on_duty", is_open=True),
        a_line(*NIGHT, "baba-1", source="single"),
    ],
    "gaps": [GAP],
    "weekly": [
        {
            "duty_id": "weekly-1",
            "weekday": "mon",
            "begins": "17:30",
            "ends": "08:30",
            "account_id": "gone-1",
            "from_at": "2020-01-01T00:00:00+00:00",
            "until_at": None,
        }
    ],
    "single": [
        {
            "duty_id": "single-1",
            "from_at": OFFER["from_at"],
            "until_at": OFFER["until_at"],
            "account_id": None,
        }
        | {"is_swap": False}
    ],
    "own": [],
    "swaps": [],
    "members": ["aoki-1", "baba-1"],
    "may_answer": ["aoki-1"],
    "may_edit": True,
    "is_empty": False,
}


@pytest.fixture
def manager(somebody: Callable[..., Client], answers: Answers) -> Client:
    answers.by_method |= {
        "get_rota": ROTA,
        "get_names": {"names": NAMES},
        **dict.fromkeys(("add_weekly_duty", "end_weekly_duty", "add_single_duty", "remove_single_duty")),
        **dict.fromkeys(("offer_swap", "answer_swap", "withdraw_swap"), OFFER),
    }
    for method in ("add_weekly_duty", "end_weekly_duty", "add_single_duty", "remove_single_duty"):
        answers.by_method[method] = {"duty_id": "new"}
    return somebody(role="office_manager")


def press(client: Client, path: str, **fields: str) -> Any:
    return client.browser.post(PATH + path, data={"csrf_token": client.token, "day": "2030-11-25", **fields})


def test_gaps_are_named_with_their_reason_and_opening_hours_are_none(manager: Client) -> None:
    page = manager.get(PATH).text

    assert "当番のいない時間があります" in page
    assert "17:30–翌8:30" in page
    assert "当番がいません（職員ではなくなりました）" in page
    assert "千代田 進" in page
    assert "営業時間（当番なし）" in page


def test_only_who_may_change_it_has_the_forms(manager: Client, answers: Answers) -> None:
    forms = ("毎週の当番を加える", "その日の当番を記録する", "馬場 健（退院情報には返事できません）")
    assert all(text in manager.get(PATH).text for text in forms)

    answers.by_method["get_rota"] = ROTA | {"may_edit": False}

    assert not any(text in manager.get(PATH).text for text in forms)


def test_a_member_of_staff_may_look_and_not_change(somebody: Callable[..., Client], answers: Answers) -> None:
    answers.by_method |= {"get_rota": ROTA | {"may_edit": False}, "get_names": {"names": NAMES}}
    worker = somebody(role="care_worker")

    assert worker.get(PATH).status_code == 200
    assert press(worker, "/weekly").status_code == 403


def test_a_weekly_duty_is_sent_as_it_was_typed_and_the_week_stays(manager: Client, answers: Answers) -> None:
    fields = {"weekly_weekday": "mon", "weekly_begins": "17:30", "weekly_ends": "08:30"}

    kept = press(manager, "/weekly", weekly_account_id="aoki-1", weekly_first_day="", **fields)

    assert (kept.status_code, kept.location) == (303, f"{PATH}?day=2030-11-25")
    asked = {"weekday": "mon", "begins": "17:30", "ends": "08:30", "account_id": "aoki-1"}
    assert answers.of("add_weekly_duty")[0].request == asked


def test_nobody_can_be_chosen_for_a_single_day(manager: Client, answers: Answers) -> None:
    press(manager, "/days", single_day="2030-12-31", single_begins="09:00", single_ends="09:00")

    asked = {"day": "2030-12-31", "begins": "09:00", "ends": "09:00", "account_id": None}
    assert answers.of("add_single_duty")[0].request == asked


def test_what_is_wrong_stands_at_its_form(manager: Client, answers: Answers) -> None:
    answers.by_method["add_weekly_duty"] = Invalid("duty", {"begins": ["duties_overlap"]})

    page = press(manager, "/weekly", weekly_weekday="tue", weekly_begins="17:30", weekly_ends="07:00")

    assert page.status_code == 422
    assert 'id="weekly_begins-e"' in page.text
    assert 'id="single_begins-e"' not in page.text
    assert 'value="07:00"' in page.text


def test_an_offer_is_answered_on_the_page(manager: Client, answers: Answers) -> None:
    answers.by_method["get_rota"] = ROTA | {"swaps": [OFFER]}
    page = manager.get(PATH).text
    assert "馬場 健 さんが、交代を頼んでいます" in page
    assert "返事がないまま当番の時間になると、馬場 健 さんが当番のままです。" in page

    press(manager, "/swaps/swap-1/answer", do="accept")
    press(manager, "/swaps/swap-1/answer", do="decline")

    assert [asked.request["is_accepted"] for asked in answers.of("answer_swap")] == [True, False]


def test_one_is_told_that_an_offer_has_lapsed_and_who_stayed_on_duty(
    manager: Client, answers: Answers
) -> None:
    answers.by_method["get_rota"] = ROTA | {"swaps": [OFFER | {"state": "lapsed"}]}

    page = manager.get(PATH).text

    assert "返事がないまま当番の時間になりました。当番は 馬場 健 さんのままです。" in page
    assert "交代を頼んでいます" not in page


def test_a_refused_swap_says_why(manager: Client, answers: Answers) -> None:
    answers.by_method["answer_swap"] = Conflict("duty_has_begun")

    page = press(manager, "/swaps/swap-1/answer", do="accept")

    assert page.status_code == 409
    assert "もう交代できません" in page.text


def test_a_duty_of_ones_own_can_be_offered_once(manager: Client, answers: Answers) -> None:
    own = {"from_at": OFFER["from_at"], "until_at": OFFER["until_at"], "swap_id": None}
    answers.by_method["get_rota"] = ROTA | {"own": [own]}
    assert "交代を頼む" in manager.get(PATH).text

    answers.by_method["get_rota"] = ROTA | {"own": [own | {"swap_id": "swap-1"}]}

    page = manager.get(PATH).text
    assert "交代の返事を待っています" in page
    assert "/office/rota/swaps/swap-1/withdrawal" in page


def test_every_page_says_that_a_colleague_waits_for_an_answer(manager: Client, answers: Answers) -> None:
    answers.by_method["list_inbox"] = {"items": [], "waiting": 0, "unread": 0, "last_seq": 0, "offers": 1}

    assert "当番の交代を頼まれています（1件）" in manager.get("/menu").text


def test_a_day_that_is_none_shows_this_week(manager: Client, answers: Answers) -> None:
    manager.get(f"{PATH}?day=0000-99-99")

    assert answers.of("get_rota")[-1].request == {"day": None}
