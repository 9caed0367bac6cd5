"""The whole stack in the fictional city, and real browsers in front of it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.people import Door
from tests.support import chromium
from tests.support.machine import Machine, TestInstance
from tests.support.people import settle_city, sign_in
from tests.support.stack import Stack
from tsunagi.client import Client
from tsunagi.parts import PROCESSES

# A root's Chromium has no sandbox, and nothing of it may look for the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# A page that hears of news does so within a blink; a busy machine may need longer to draw it.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.program(), args=ARGUMENTS)
        yield running
        running.close()


# One city for all pages: starting it takes longer than most tests. Each test makes its own stay.
@pytest.fixture(scope="package")
def instance(machine: Machine) -> Iterator[TestInstance]:
    made = machine.fresh()
    yield made
    made.close()


@pytest.fixture(scope="package")
def stack(instance: TestInstance) -> Iterator[Stack]:
    settle_city(instance)
    running = Stack(instance, PROCESSES).start(within_s=180)
    instance.broker.settle()
    yield running
    running.throw_away()


@pytest.fixture(scope="package")
def planner(stack: Stack) -> Client:
    """田中, at the API: for what a test needs and does not try."""
    return sign_in(stack, "tanaka")


@pytest.fixture(scope="package")
def care_manager(stack: Stack) -> Client:
    """佐藤, at the API."""
    return sign_in(stack, "sato")


@pytest.fixture
def open_as(browser: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """`open_as("sato", width=390)` gives somebody a browser of their own, signed in."""
    door = Door(browser, stack)
    yield door.open_as
    complaints = door.close()
    meant = request.node.get_closest_marker("complains")
    assert [said for said in complaints if not (meant and said.startswith(meant.args))] == []
