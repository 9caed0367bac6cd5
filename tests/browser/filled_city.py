"""An instance of its own with the fictional city, in which every page has something to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.visits import Visit, all_visits, settle
from tests.support import chromium
from tests.support.embedded import EmbeddedMachine
from tests.support.people import settle_city, sign_in
from tests.support.stack import Stack
from tsunagi.parts import PROCESSES


@dataclass(frozen=True)
class FilledCity:
    """A browser in front of the running city, and the pages that there are."""

    browser: Browser
    stack: Stack
    visits: list[Visit]


@contextmanager
def filled_city() -> Iterator[FilledCity]:
    """Run it, without any server, as long as the block takes."""
    machine = EmbeddedMachine().start()
    home = machine.fresh()
    stack = None
    try:
        settle_city(home)
        stack = Stack(home, PROCESSES).start(within_s=180)
        visits = _fill(stack)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.program(), args=ARGUMENTS)
            yield FilledCity(browser, stack, visits)
            browser.close()
    finally:
        if stack:
            stack.throw_away()
        home.close()
        machine.stop()


def _fill(stack: Stack) -> list[Visit]:
    planner, care_manager, manager = (sign_in(stack, login) for login in ("tanaka", "sato", "takahashi"))
    city = settle(planner, care_manager, manager)
    stack.broker.settle()
    return all_visits(city, planner)
