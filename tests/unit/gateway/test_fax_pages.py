"""The cover sheet of a FAX, and the page on which its reply is entered."""

from collections.abc import Callable
from typing import Any

from contracts.errors import Conflict, Invalid
from tests.unit.gateway.conftest import Answers, Client

AT = "2026-11-24T01:00:00+00:00"
SHEET = {
    "sheet_id": "s1",
    "office_id": "sakura",
    "made_by": "kobayashi-1",
    "made_at": AT,
    "ends_at": "2026-12-08T01:00:00+00:00",
    "outcome": None,
    "returned_by": None,
    "returned_at": None,
}
MADE = {
    "sheet": SHEET,
    "handoff_id": "h1",
    "code": "K4M7-2PX",
    "kind": "discharge_note",
    "from_office_id": "hospital",
    "return_code": "A3C4-D7EF",
    "link": "https://tsunagi.example/r/token",
}
OFFICES = [
    {"facility_id": "hospital", "name": "架空総合病院", "phone": "03-0000-0001", "fax": "03-0000-0011"},
    {"facility_id": "sakura", "name": "ケアプランさくら", "phone": "03-0000-0002", "fax": "03-0000-0012"},
]


def signed_in(somebody: Callable[..., Client], answers: Answers, made: Any = MADE) -> Client:
    answers.by_method |= {
        "make_fax_sheet": made,
        "log_fax_return": {"sheet": SHEET | {"outcome": "received"}, "handoff_id": "h1", "code": "K4M7-2PX"},
        "get_facilities": {"facilities": OFFICES},
        "list_unreached": {"unreached": []},
    }
    return somebody(role="desk")


def pressed(client: Client, path: str, **fields: Any) -> Any:
    return client.browser.post(path, data={"csrf_token": client.token, **fields})


def made(client: Client) -> Any:
    return pressed(client, "/handoffs/h1/fax-sheet")


def test_a_sheet_says_where_it_goes_and_how_to_reply(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    shown = made(signed_in(somebody, answers)).text

    told = ("ケアプランさくら", "03-0000-0012", "架空総合病院", "K4M7-2PX", "A3C4-D7EF", "お受けできません")
    assert [text for text in told if text not in shown] == []


def test_its_code_is_a_picture_without_style_or_script(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    shown = made(signed_in(somebody, answers)).text.partition("<main")[2].partition("</main>")[0]

    assert "<svg" in shown.partition('class="code"')[2]
    assert "style=" not in shown
    assert "<script" not in shown
    assert "r/token" not in shown


def test_what_was_answered_is_printed_without_a_link(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    shown = made(signed_in(somebody, answers, MADE | {"link": None})).text

    assert "A3C4-D7EF" in shown
    assert 'class="code"' not in shown


def test_a_sheet_that_is_asked_for_again_or_refused_leads_to_where_replies_are_entered(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    desk = signed_in(somebody, answers, MADE | {"return_code": None, "link": None})
    again = made(desk)
    answers.by_method["make_fax_sheet"] = Conflict("is_recalled")
    recalled = made(desk)

    assert (again.status_code, recalled.status_code) == (303, 303)
    shown = desk.get("/fax-returns").text
    assert "この送付状は、もう作られています。" in shown
    assert "送り主が取り消しました。" in shown


def test_what_is_wrong_with_a_code_is_said_at_the_field(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    desk = signed_in(somebody, answers)
    answers.by_method["log_fax_return"] = Invalid("invalid", {"return_code": ["code_used"]})

    answer = pressed(desk, "/fax-returns", return_code="A3C4-D7EF", outcome="received")

    assert answer.status_code == 422
    assert "もう記録されています。" in answer.text.partition('id="return_code-e"')[2].partition("</p>")[0]
    assert 'value="A3C4-D7EF"' in answer.text


def test_a_reply_is_kept_and_told(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers)

    answer = pressed(desk, "/fax-returns", return_code="a3c4d7ef", outcome="received")

    assert answer.status_code == 303
    (asked,) = answers.of("log_fax_return")
    assert asked.request == {"return_code": "a3c4d7ef", "outcome": "received"}
    assert "番号 K4M7-2PX を、事業所が受け取ったと記録しました。" in desk.get("/fax-returns").text


def test_a_care_manager_makes_none(somebody: Callable[..., Client]) -> None:
    care_manager = somebody(role="care_manager")

    assert made(care_manager).status_code == 403
    assert care_manager.get("/fax-returns").status_code == 403


def test_a_sheet_is_japanese_whoever_prints_it(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers)
    desk.browser.set_cookie("tsunagi_language", "en")

    page = made(desk).text

    bar, _, sheet = page.partition("<article")
    assert "Print" in bar
    assert sheet.partition("</article>")[0].count('lang="ja"') == 1
    told = ("FAX送付状", "ご担当者様", "ご本人のお名前", "12月8日", "お受けできません")
    assert [text for text in told if text not in sheet] == []


def test_a_sheet_says_whom_to_call(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers)

    shown = made(desk).text
    answers.by_method["get_facilities"] = {"facilities": [office | {"phone": ""} for office in OFFICES]}
    without = made(desk).text

    assert "内容は、架空総合病院（電話 03-0000-0001）へ、番号を伝えてお尋ねください。" in shown
    assert "内容は、送り主へ、番号を伝えて電話でお尋ねください。" in without


def test_only_the_receipt_says_that_it_acknowledges_nothing(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    page = signed_in(somebody, answers).get("/fax-returns").text

    received, _, declined = page.partition('value="received"')[2].partition('value="declined"')
    said = "届いたことの記録です。つなぎでの受け取りの代わりにはなりません。"
    assert (said in received, page.count(said)) == (True, 1)
    assert "お受けできません" in declined
