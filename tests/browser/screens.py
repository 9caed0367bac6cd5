"""Pictures of every page at both widths: `python -m tests.browser.screens var/embedded var/screens [en]`.

The instance has to run (`make run`); a few notes are written in it so that there is something to see.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.people import Door
from tests.browser.visits import all_visits, settle
from tests.support import chromium
from tests.support.people import sign_in
from tsunagi import instance as instances

WIDTHS = (1280, 390)


def main(folder: Path, target: Path, language: str = "") -> None:
    """Save the pictures as <target>/<page>-<width>.png."""
    running = instances.load(folder)
    stack = SimpleNamespace(instance=running, url=running.public_url)
    planner, care_manager, manager = (sign_in(stack, login) for login in ("tanaka", "sato", "takahashi"))
    visits = all_visits(settle(planner, care_manager, manager), planner)
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=ARGUMENTS)
        for width in WIDTHS:
            _take(Door(browser, stack), visits, target, width, language)
        browser.close()


def _take(door: Door, visits: list, target: Path, width: int, language: str) -> None:
    logins = {visit.login for visit in visits}
    pages = {login: door.open_as(login, width=width, language=language) for login in logins}
    for visit in visits:
        page = pages[visit.login]
        page.goto(visit.path)
        page.screenshot(path=target / f"{visit.name}-{width}.png", full_page=True)
    for complaint in door.close():
        print(complaint)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
