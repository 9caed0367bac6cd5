"""Every page: accessible in both schemes and widths, readable at 320 px, light enough to load."""

import pytest
from playwright.sync_api import Page, Response

from tests.browser import axe
from tests.browser.people import Door
from tests.browser.visits import Visit, all_visits, settle
from tests.support.people import sign_in as sign_in_at_api

HEAVIEST = 150_000  # bytes of a page with all that it loads, as sent
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def visits(stack, planner, care_manager):
    city = settle(planner, care_manager, sign_in_at_api(stack, "takahashi"))
    stack.broker.settle()
    return all_visits(city, planner)


@pytest.fixture(scope="module")
def goto(browser, stack):
    """`goto(visit, width=390)` shows a page; each person signs in once for each kind of browser."""
    door, open_pages = Door(browser, stack), {}

    def go(visit: Visit, **known) -> Page:
        kind = (visit.login, *sorted(known.items()))
        if kind not in open_pages:
            open_pages[kind] = door.open_as(visit.login, bypass_csp=True, **known)
        open_pages[kind].goto(visit.path)
        return open_pages[kind]

    yield go
    assert door.close() == []


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
def test_axe_finds_nothing(visits, goto, scheme, width):
    found = {visit.name: axe.violations(goto(visit, color_scheme=scheme, width=width)) for visit in visits}

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    "width", [320, 1280, *(pytest.param(width, marks=pytest.mark.long) for width in (390, 768))]
)
def test_nothing_runs_over_the_edge(visits, goto, width):
    wide = {visit.name: goto(visit, width=width).evaluate(OVERFLOW) for visit in visits}

    assert {name: over for name, over in wide.items() if over > 0} == {}


def test_every_page_has_one_heading_and_a_title_of_its_own(visits, goto):
    seen = {}
    for visit in visits:
        page = goto(visit)
        seen[visit.name] = (page.locator("h1").count(), page.title())

    assert {name: count for name, (count, _title) in seen.items() if count != 1} == {}
    assert all("｜つなぎ" in title and not title.startswith("｜") for _count, title in seen.values())


def test_every_page_loads_light(visits, goto):
    heavy = {}
    for visit in visits:
        sizes: list[int] = []
        page = goto(visit, width=1024)
        page.on("response", lambda response, sizes=sizes: sizes.append(_size(response)))
        page.goto(visit.path)
        heavy[visit.name] = sum(sizes)

    assert {name: size for name, size in heavy.items() if size > HEAVIEST} == {}


def _size(response: Response) -> int:
    # What comes from the browser's cache tells its length too.
    return int(response.headers.get("content-length", 0))
