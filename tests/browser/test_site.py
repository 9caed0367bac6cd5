"""The documentation site: built without a doubtful link, read without a network, searched in Japanese."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser, expect

from tests.browser import guide_pictures
from tests.browser.visits import all_visits, settle
from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay, sign_in
from tsunagi.servers.process import answers, free_ports
from tsunagi.site import sources
from tsunagi.vendor import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build into a folder of its own, without pictures."""
    folder = tmp_path_factory.mktemp("site")
    sources.lay_out(folder / "source", folder / "no-pictures")
    where = {"docs_dir": str(folder / "source"), "site_dir": str(folder / "site")}
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    build(load_config(str(ROOT / "mkdocs.yml"), strict=True, **where))
    return folder / "site"


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """Serve by a process: a thread of this one may have no turn while a browser is waited for."""
    [port] = free_ports(1)
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", built]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: answers(port), 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


PAGES = ("index.html", "about.html", "ARCHITECTURE.html", "docs/guides/ja/planner.html", "docs/api.html")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_asks_nobody_else_and_fits(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)

    for path in PAGES:
        page.goto(f"{address}/{path}")
        if path.startswith("ARCHITECTURE"):
            drawn = page.locator("div.mermaid")
            expect(drawn).to_have_count(3)
            assert all(one.bounding_box()["height"] > 100 for one in drawn.all())
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(over) <= 0, path

    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert refused == []


def test_japanese_words_are_found(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/index.html")

    page.locator(".md-search__input").fill("不在")

    expect(page.locator(".md-search-result__item").first).to_contain_text("ケアマネジャーの方")


def test_a_page_says_its_language_and_which_picture_it_lacks(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/docs/guides/ja/planner.html")

    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_text("make docs-pictures").first).to_be_visible()
    page.goto(f"{address}/docs/operating.html")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.long
def test_every_picture_that_a_guide_asks_for_is_taken(
    browser, stack, planner, care_manager, tmp_path
) -> None:
    city = settle(planner, care_manager, sign_in(stack, "takahashi"))

    guide_pictures.take(browser, stack, all_visits(city, planner), tmp_path)

    assert {path.stem for path in tmp_path.glob("*.png")} == guide_pictures.asked()


def test_a_board_leaves_room_for_who_has_it_between_phone_and_desk(open_as, planner, care_manager) -> None:
    stay_id = a_stay(planner, care_manager)
    planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})
    page = open_as("tanaka", width=800)
    page.goto("/board")

    cells = page.locator(".board tr:not(.group) > :nth-child(3)").all()

    assert cells
    assert min(cell.bounding_box()["width"] for cell in cells) >= 80
