"""The switch between Japanese and English: Japanese unless somebody has chosen, and nobody is led astray."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.clock import Clock
from chassis.config import Settings
from contracts.errors import NotSignedIn, Unavailable
from gateway.app import create_app
from gateway.hub import Hub
from gateway.sessions import Sessions
from tests.support.sentences import JAPANESE
from tests.unit.gateway.conftest import Answers, Client

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NEXT = re.compile(r'name="next" value="([^"]*)"><button type="submit" name="language"')
WORDS = re.compile(r"<script.*?</script>|<[^>]*>", re.DOTALL)
SAID = re.compile(r'\b(?:alt|aria-label|content|data-[a-z-]+|placeholder|title)="([^"]*)"')
# Each language names itself in its own words.
SWITCH = "日本語"


def switch(browser: FlaskClient, language: str = "en", onwards: str = "/sign-in") -> str:
    """Press the switch; return where it leads."""
    token = TOKEN.search(browser.get("/sign-in").text)[1]
    answer = browser.post("/language", data={"csrf_token": token, "language": language, "next": onwards})
    assert answer.status_code == 303
    return answer.headers["Location"]


def japanese(page: str) -> list[str]:
    """Return what a page says in Japanese, apart from the name of that language."""
    told = [*WORDS.sub("\n", page).split("\n"), *SAID.findall(page)]
    return [text.strip() for text in told if JAPANESE.search(text.replace(SWITCH, ""))]


def test_pages_are_in_japanese_whatever_the_browser_says(visitor: FlaskClient) -> None:
    page = visitor.get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9"}).text

    assert '<html lang="ja">' in page
    assert "サインインする" in page


@pytest.mark.parametrize(
    "path", ["/sign-in", "/invitation/ABCD-EFGH", "/help", "/accessibility", "/search?text=x"]
)
def test_after_the_switch_a_page_has_no_japanese(visitor: FlaskClient, path: str) -> None:
    switch(visitor)

    page = visitor.get(path).text

    assert '<html lang="en">' in page
    assert japanese(page) == []


def test_a_refused_sign_in_is_told_in_english(visitor: FlaskClient, answers: Answers) -> None:
    answers.by_method["sign_in"] = NotSignedIn("wrong_password")
    switch(visitor)
    token = TOKEN.search(visitor.get("/sign-in").text)[1]

    page = visitor.post("/sign-in", data={"csrf_token": token, "login": "aoki", "password": "x"}).text

    assert "The user ID or the password is wrong." in page
    assert japanese(page) == []


def test_every_error_page_is_told_in_english(aoki: Client) -> None:
    switch(aoki.browser)

    pages = [aoki.get("/nowhere").text, aoki.get("/board").text]

    assert [japanese(page.replace("ケアプランさくら", "")) for page in pages] == [[], []]


def test_back_to_japanese(visitor: FlaskClient) -> None:
    switch(visitor, "en")

    switch(visitor, "ja")

    assert '<html lang="ja">' in visitor.get("/sign-in").text


def test_whoever_is_signed_in_is_written_to_in_that_language_too(aoki: Client, answers: Answers) -> None:
    switch(aoki.browser)

    (asked,) = answers.of("set_language")
    assert (asked.service, asked.request) == ("accounts", {"language": "en"})
    assert asked.caller.account_id == "aoki-1"


def test_a_visitor_changes_nobodys_letters(visitor: FlaskClient, answers: Answers) -> None:
    switch(visitor)

    assert answers.of("set_language") == []


def test_the_page_changes_also_while_accounts_is_away(aoki: Client, answers: Answers) -> None:
    answers.by_method["set_language"] = Unavailable("no_answer")

    switch(aoki.browser)

    assert '<html lang="en">' in aoki.get("/help").text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_letters_can_have_another_language_than_this_browser(
    aoki: Client, answers: Answers, language: str
) -> None:
    form = {"csrf_token": aoki.token, "language": language}

    done = aoki.browser.post("/settings/language", data=form)

    assert (done.status_code, done.location) == (303, "/settings#letters")
    assert [asked.request for asked in answers.of("set_language")] == [{"language": language}]
    assert aoki.browser.get_cookie("tsunagi_language") is None


def test_a_language_that_is_not_offered_means_japanese(visitor: FlaskClient) -> None:
    switch(visitor, "en")

    switch(visitor, "xx/../en")

    assert '<html lang="ja">' in visitor.get("/sign-in").text


def test_the_switch_needs_the_form_token(visitor: FlaskClient) -> None:
    answer = visitor.post("/language", data={"language": "en", "next": "/"})

    assert answer.status_code == 400
    assert visitor.get_cookie("tsunagi_language") is None


def test_opening_the_address_of_the_switch_changes_nothing(visitor: FlaskClient) -> None:
    answer = visitor.get("/language?language=en&next=/help")

    assert answer.status_code == 405
    assert visitor.get_cookie("tsunagi_language") is None


@pytest.mark.parametrize(
    ("public_url", "name", "is_secure"),
    [
        ("http://localhost", "tsunagi_language", False),
        ("https://care.example", "__Host-tsunagi_language", True),
    ],
)
def test_the_choice_is_kept_like_other_cookies(
    answers: Answers, settings: Settings, hub: Hub, public_url: str, name: str, is_secure: bool
) -> None:
    settings = Settings(**{**vars(settings), "public_url": public_url})
    visitor = create_app(answers, settings, hub, Sessions(answers, Clock())).test_client()
    base = public_url
    token = TOKEN.search(visitor.get("/sign-in", base_url=base).text)[1]

    given = visitor.post("/language", data={"csrf_token": token, "language": "en"}, base_url=base)

    kept = next(one for one in given.headers.getlist("Set-Cookie") if one.startswith(f"{name}="))
    assert kept.startswith(f"{name}=en;")
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert ("Secure" in kept) is is_secure


@pytest.mark.parametrize("path", ["/help", "/search?text=x&kind=clinic&page=2", "/nowhere"])
def test_the_switch_leads_back_to_the_same_page(visitor: FlaskClient, path: str) -> None:
    offered = NEXT.search(visitor.get(path).text)[1].replace("&amp;", "&")

    assert offered == path
    assert switch(visitor, onwards=offered) == path


def test_after_a_refused_form_it_leads_to_the_page_of_that_form(
    visitor: FlaskClient, answers: Answers
) -> None:
    answers.by_method["sign_in"] = NotSignedIn("wrong_password")
    token = TOKEN.search(visitor.get("/sign-in").text)[1]

    page = visitor.post("/sign-in", data={"csrf_token": token, "login": "aoki", "password": "x"}).text

    assert NEXT.search(page)[1] == "/sign-in"


def test_where_a_form_has_no_page_of_its_own_it_leads_to_the_first_one(aoki: Client) -> None:
    page = aoki.browser.post("/role", data={"csrf_token": "old"}).text

    assert NEXT.search(page)[1] == "/"


def test_it_is_not_there_where_what_was_typed_would_be_lost(visitor: FlaskClient, answers: Answers) -> None:
    token = TOKEN.search(visitor.get("/sign-in").text)[1]

    page = visitor.post("/persons/new", data={"csrf_token": token, "family_name": "架空"}).text

    assert 'name="kept"' in page
    assert 'name="language"' not in page


@pytest.mark.parametrize(
    "onwards",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "javascript:alert(1)",
        "elsewhere.example",
        "",
    ],
)
def test_the_switch_leads_nobody_away(visitor: FlaskClient, onwards: str) -> None:
    assert switch(visitor, onwards=onwards) == "/"


def test_the_hours_of_the_desk_are_told_in_each_readers_language(
    app: Flask, answers: Answers, somebody: Callable[..., Client]
) -> None:
    hours = {"weekly": {"mon": [{"opens": "08:30", "closes": "17:15"}]}, "is_provisional": False}
    desk = {"name": "Desk", "phone": "000", "hours": hours, "municipality_name": "City"}
    answers.by_method["list_desks"] = {"facilities": [desk]}
    reader, other = somebody(), Client(app)
    switch(other.browser)

    assert "平日 8:30–17:15" in reader.get("/help").text
    assert "Weekdays 8:30–17:15" in other.get("/help").text
    assert "平日 8:30–17:15" in reader.get("/help").text


def test_the_description_of_the_api_is_kept_in_each_language(visitor: FlaskClient) -> None:
    first = visitor.get("/api/docs").text
    switch(visitor)
    second = visitor.get("/api/docs").text

    assert "できる人：" in first
    assert "Who may:" in second
    # Docstrings of the views are in English as they are, and quote the words on buttons.
    assert japanese(re.sub(r'<p[^>]* lang="en">.*?</p>', "", second, flags=re.DOTALL)) == []


def test_what_programs_read_depends_on_no_readers_choice(visitor: FlaskClient) -> None:
    refusals = visitor.get("/api/openapi.json").json["paths"]["/api/handoffs"]["post"]["responses"]

    assert refusals["409"]["description"] == "Conflict"
