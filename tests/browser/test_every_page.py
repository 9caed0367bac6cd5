"""Every page, in both languages: accessible, readable at 320 px, light enough to load."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from tests.browser import axe
from tests.browser.people import Door
from tests.browser.visits import all_visits, settle, unreached_visits
from tests.support.people import sign_in as sign_in_at_api
from tsunagi import catalogue

HEAVIEST = 150_000  # bytes of a page with all that it loads, as sent
NARROWEST = 320
KANA = re.compile("[\u3041-\u30ff]")
HEIGHT = "document.documentElement.scrollHeight"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Look:
    """What there is to see of one page."""

    over: int
    headings: int
    title: str
    size: int
    language: str
    text: str
    violations: list[str]


Way = tuple[str, int]  # scheme and width
# One look with axe and the narrowest width in every run; the others in the long one.
ALWAYS = (("dark", 390), ("light", NARROWEST))
OTHERS = (("light", 1280), ("dark", 1280), ("light", 390), ("light", 768))
WITHOUT_AXE = (NARROWEST, 768)  # these are only asked whether the page fits


@pytest.fixture(scope="module")
def visits(stack, planner, care_manager):
    city = settle(planner, care_manager, sign_in_at_api(stack, "takahashi"))
    stack.broker.settle()
    return all_visits(city, planner) + unreached_visits(stack, city)


@pytest.fixture(scope="module")
def looks(browser, stack, visits):
    """`looks("dark", 390)` tells of every page. Each is loaded once and then seen in several ways.

    `looks("light", 390, language="en")` does so after the switch to English.
    """
    door = Door(browser, stack)

    @cache
    def go_through(ways: tuple[Way, ...], language: str) -> dict[str, dict[Way, Look]]:
        logins = {visit.login for visit in visits}
        # Colours that are still changing would be measured on their way.
        still = {"bypass_csp": True, "reduced_motion": "reduce", "language": language}
        pages = {login: door.open_as(login, **still) for login in logins}
        return {visit.name: look(pages[visit.login], visit.path, ways) for visit in visits}

    def looks(*way, language="") -> dict[str, Look]:
        ways = ALWAYS if way in ALWAYS and not language else OTHERS
        return {name: seen[way] for name, seen in go_through(ways, language).items()}

    yield looks
    assert door.close() == []


def look(page: Page, path: str, ways: tuple[Way, ...]) -> dict[Way, Look]:
    sizes: list[int] = []

    def note(response: Response) -> None:
        # What comes from the browser's cache tells its length too.
        sizes.append(int(response.headers.get("content-length", 0)))

    page.on("response", note)
    page.goto(path)
    page.remove_listener("response", note)
    return {way: look_again(page, *way, size=sum(sizes)) for way in ways}


def look_again(page: Page, scheme: Any, width: int, *, size: int) -> Look:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    return Look(
        over=page.evaluate(OVERFLOW),
        headings=page.locator("h1").count(),
        title=page.title(),
        size=size,
        language=page.locator("html").get_attribute("lang"),
        text=page.locator("body").text_content(),
        violations=[] if width in WITHOUT_AXE else violations(page, width),
    )


def violations(page: Page, width: int) -> list[str]:
    """Return what axe finds with the whole page in view, too: what a bar covers now can be scrolled to."""
    if not axe.violations(page):
        return []
    page.set_viewport_size({"width": width, "height": page.evaluate(HEIGHT)})
    return axe.violations(page)


def in_every_run_or_in_the_long(*ways):
    return [pytest.param(*way, marks=[pytest.mark.long] * (way in OTHERS)) for way in ways]


@pytest.mark.parametrize(
    ("scheme", "width"),
    in_every_run_or_in_the_long(("light", 1280), ("dark", 390), ("dark", 1280), ("light", 390)),
)
def test_axe_finds_nothing(looks, scheme, width):
    found = {name: page.violations for name, page in looks(scheme, width).items() if page.violations}

    assert found == {}


@pytest.mark.parametrize(("scheme", "width"), in_every_run_or_in_the_long(*ALWAYS, *OTHERS))
def test_nothing_runs_over_the_edge(looks, scheme, width):
    wide = {name: page.over for name, page in looks(scheme, width).items() if page.over > 0}

    assert wide == {}


def test_every_page_has_one_heading_and_a_title_of_its_own(looks):
    seen = looks("dark", 390)

    assert {name: page.headings for name, page in seen.items() if page.headings != 1} == {}
    assert all("｜つなぎ" in page.title and not page.title.startswith("｜") for page in seen.values())


def test_every_page_loads_light(looks):
    heavy = {name: page.size for name, page in looks("dark", 390).items() if page.size > HEAVIEST}

    assert heavy == {}


@pytest.mark.long
def test_in_english_axe_finds_nothing_and_nothing_runs_over_the_edge(looks):
    seen = looks("light", 390, language="en")

    assert {page.language for page in seen.values()} == {"en"}
    assert {name: page.violations for name, page in seen.items() if page.violations} == {}
    assert {name: page.over for name, page in seen.items() if page.over > 0} == {}


@pytest.mark.long
def test_in_english_no_page_says_a_sentence_of_ours_in_japanese(looks):
    ours = [message.id for message in catalogue.extracted() if is_telling(message.id)]
    said = {
        name: [sentence for sentence in ours if sentence in page.text]
        for name, page in looks("light", 390, language="en").items()
    }

    assert len(ours) > 400
    assert {name: sentences for name, sentences in said.items() if sentences} == {}


def is_telling(sentence):
    """Tell whether a sentence is none that people enter too: long enough, with kana, and no office's name."""
    kana = isinstance(sentence, str) and KANA.search(sentence)
    return bool(kana) and len(sentence) > 7 and "センター" not in sentence and "%(" not in sentence
