"""Every page: accessible in both schemes and widths, readable at 320 px, light enough to load."""

from dataclasses import dataclass
from functools import cache

import pytest
from playwright.sync_api import Page, Response

from tests.browser import axe
from tests.browser.people import Door
from tests.browser.visits import all_visits, settle
from tests.support.people import sign_in as sign_in_at_api

HEAVIEST = 150_000  # bytes of a page with all that it loads, as sent
NARROWEST = 320
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Look:
    """What there is to see of one page."""

    over: int
    headings: int
    title: str
    size: int
    violations: list[str]


@pytest.fixture(scope="module")
def visits(stack, planner, care_manager):
    city = settle(planner, care_manager, sign_in_at_api(stack, "takahashi"))
    stack.broker.settle()
    return all_visits(city, planner)


@pytest.fixture(scope="module")
def looks(browser, stack, visits):
    """`looks("dark", 390)` goes once through every page; each person signs in once for that."""
    door = Door(browser, stack)

    @cache
    def go_through(scheme: str, width: int) -> dict[str, Look]:
        known = {"bypass_csp": True, "color_scheme": scheme, "width": width}
        pages = {login: door.open_as(login, **known) for login in {visit.login for visit in visits}}
        return {visit.name: look(pages[visit.login], visit.path, width) for visit in visits}

    yield go_through
    assert door.close() == []


def look(page: Page, path: str, width: int) -> Look:
    sizes: list[int] = []

    def note(response: Response) -> None:
        # What comes from the browser's cache tells its length too.
        sizes.append(int(response.headers.get("content-length", 0)))

    page.on("response", note)
    page.goto(path)
    page.remove_listener("response", note)
    return Look(
        over=page.evaluate(OVERFLOW),
        headings=page.locator("h1").count(),
        title=page.title(),
        size=sum(sizes),
        # So narrow a page is only asked whether it fits.
        violations=axe.violations(page) if width > NARROWEST else [],
    )


# Each scheme and each width in every run; all four pairs in the long one.
OTHER_PAIRS = pytest.mark.long


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1280),
        ("dark", 390),
        pytest.param("dark", 1280, marks=OTHER_PAIRS),
        pytest.param("light", 390, marks=OTHER_PAIRS),
    ],
)
def test_axe_finds_nothing(looks, scheme, width):
    found = {name: page.violations for name, page in looks(scheme, width).items() if page.violations}

    assert found == {}


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", NARROWEST),
        ("dark", 390),
        ("light", 1280),
        pytest.param("light", 768, marks=pytest.mark.long),
    ],
)
def test_nothing_runs_over_the_edge(looks, scheme, width):
    wide = {name: page.over for name, page in looks(scheme, width).items() if page.over > 0}

    assert wide == {}


def test_every_page_has_one_heading_and_a_title_of_its_own(looks):
    seen = looks("light", 1280)

    assert {name: page.headings for name, page in seen.items() if page.headings != 1} == {}
    assert all("｜つなぎ" in page.title and not page.title.startswith("｜") for page in seen.values())


def test_every_page_loads_light(looks):
    heavy = {name: page.size for name, page in looks("light", 1280).items() if page.size > HEAVIEST}

    assert heavy == {}
