"""What the desk and operators see of what reached nobody, and how a call is kept."""

from collections.abc import Callable
from typing import Any

from contracts.errors import Invalid, NotFound
from tests.unit.gateway.conftest import Answers, Client

AT = "2026-11-24T01:00:00+00:00"
ONE = {
    "alert_id": "a1",
    "rung": 1,
    "handoff_id": "h1",
    "code": "K4M7-2PX",
    "kind": "discharge_note",
    "urgency": "urgent",
    "from_office_id": "hospital",
    "office_id": "sakura",
    "role": "care_manager",
    "account_ids": ["aoki-1"],
    "since": AT,
    "refused_at": None,
    "has_moved_on": True,
    "is_listed": True,
    "tries": [{"channel": "email", "account_id": "aoki-1", "attempts": 1, "reason": "mailbox_refused"}],
    "calls": [],
}
OFFICES = [
    {"facility_id": "hospital", "name": "架空総合病院", "phone": "03-0000-0001"},
    {"facility_id": "sakura", "name": "ケアプランさくら", "phone": "03-0000-0002"},
]
LINK = {
    "state": "open",
    "office": "架空総合病院",
    "kind": "discharge_note",
    "code": "K4M7-2PX",
    "received_at": None,
}


def signed_in(somebody: Callable[..., Client], answers: Answers, role: str) -> Client:
    answers.by_method |= {
        "list_unreached": {"unreached": [ONE]},
        "get_unreached": ONE,
        "get_facilities": {"facilities": OFFICES},
        "get_names": {"names": {"aoki-1": "青木 直"}},
        "log_call": ONE,
    }
    return somebody(role=role)


def pressed(client: Client, path: str, **fields: Any) -> Any:
    return client.browser.post(path, data={"csrf_token": client.token, **fields})


def test_the_desk_sees_why_and_whom_to_call(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers, "desk")

    listed, call = desk.get("/unreached").text, desk.get("/unreached/a1").text

    assert all(
        text in listed for text in ("ケアプランさくら", "宛先のメールボックスがありません", "電話する")
    )
    assert all(text in call for text in ("tel:0300000002", "青木 直", "番号は K4M7-2PX です"))


def test_names_are_asked_for_all_at_once(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers, "desk")
    others = [
        ONE | {"alert_id": f"a{n}", "office_id": f"office-{n}", "account_ids": [f"cm-{n}"]} for n in range(5)
    ]
    answers.by_method["list_unreached"] = {"unreached": others}
    desk.get("/")
    before = len(answers.of("get_facilities")), len(answers.of("get_names"))

    desk.get("/unreached")

    asked = len(answers.of("get_facilities")), len(answers.of("get_names"))
    assert [now - then for now, then in zip(asked, before, strict=True)] == [1, 1]


def test_an_operator_sees_no_name_and_calls_nobody(somebody: Callable[..., Client], answers: Answers) -> None:
    operator = signed_in(somebody, answers, "operator")

    listed = operator.get("/unreached").text

    assert "ケアプランさくら" in listed
    assert "電話する" not in listed
    assert answers.of("get_names") == []
    assert operator.get("/unreached/a1").status_code == 403


def test_a_call_is_kept_with_when_to_call_again(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers, "desk")
    again = {"again_at_day": "2026-11-24", "again_at_time": "14:00"}

    answer = pressed(desk, "/unreached/a1", outcome="call_back", **again)

    assert answer.status_code == 303
    (asked,) = answers.of("log_call")
    assert asked.request["again_at"] == "2026-11-24T14:00:00+09:00"


def test_what_is_wrong_is_said_at_the_field(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers, "desk")
    answers.by_method["log_call"] = Invalid("invalid", {"again_at": ["required"]})

    answer = pressed(desk, "/unreached/a1", outcome="call_back")

    assert answer.status_code == 422
    assert 'id="again_at-e"' in answer.text


def test_a_link_shows_its_button_to_anybody_and_says_when_it_is_none(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    visitor = signed_in(somebody, answers, "desk")
    answers.by_method["get_link"] = LINK
    opened = visitor.get("/r/token")
    answers.by_method["get_link"] = NotFound("link")
    unknown = visitor.get("/r/token")

    assert (opened.status_code, "事業所に届いたことを知らせる" in opened.text) == (200, True)
    assert (unknown.status_code, "<button" in unknown.text.partition("<main")[2]) == (404, False)
    assert answers.of("receive_by_link") == []


def test_the_way_to_an_answer_is_the_large_button(somebody: Callable[..., Client], answers: Answers) -> None:
    visitor = signed_in(somebody, answers, "desk")
    answers.by_method["get_link"] = LINK

    main = visitor.get("/r/token").text.partition("<main")[2]

    (large,) = [part for part in main.split("<") if "btn-main" in part]
    assert "サインインして見る" in large


def test_a_link_of_an_older_version_leads_to_the_new_mail(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    visitor = signed_in(somebody, answers, "desk")
    answers.by_method["get_link"] = LINK | {"state": "superseded", "office": "", "code": ""}

    shown = visitor.get("/r/token").text

    assert "新しい版の連絡に変わりました。" in shown
    assert "もう返事がありました" not in shown
