"""通知の文面: what goes out as the services draw it, in the language that was asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import Unavailable
from gateway.pages.texts import WORDS
from services.accounts.texts import samples as of_accounts
from services.notify.texts import samples as of_notify
from tests.unit.gateway.conftest import Answers, Client

URL = "https://tsunagi.example"
ALL = [*of_notify(URL), *of_accounts(URL)]


@pytest.fixture
def counsellor(somebody: Callable[..., Client], answers: Answers) -> Client:
    asked: list[str] = []

    def list_texts(_request: Any) -> Any:
        asked.append("")
        return {"texts": of_notify(URL) if len(asked) % 2 else of_accounts(URL)}

    answers.by_method |= {"list_texts": list_texts}
    return somebody(role="desk")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_text_is_shown_in_the_language_that_was_asked_for(counsellor: Client, language: str) -> None:
    page = counsellor.get(f"/texts?language={language}").text

    for one in ALL:
        assert (f"<b>{one['subject']}</b>" in page) == (one["language"] == language) or not one["subject"]
    assert ("在宅医療・介護連携支援センターです。架空総合病院" in page) == (language == "ja")
    assert "通知の文面</h1>" in page


def test_every_text_has_a_word_that_says_when_it_goes_out() -> None:
    assert {one["text"] for one in ALL} <= WORDS.keys()


def test_the_page_says_when_a_service_did_not_answer(counsellor: Client, answers: Answers) -> None:
    answers.by_method["list_texts"] = Unavailable("no_answer")

    assert "一部の文面を出せません" in counsellor.get("/texts").text


def test_a_sample_sheet_is_the_printed_one_and_says_that_it_is_a_sample(counsellor: Client) -> None:
    sheet = counsellor.get("/texts/fax-sheet").text

    assert '<h1 id="ttl">FAX送付状</h1>' in sheet
    assert "これは見本です" in sheet
    assert "fax-returns" not in sheet


def test_others_do_not_see_it(somebody: Callable[..., Client]) -> None:
    assert somebody(role="care_manager").get("/texts").status_code == 403
