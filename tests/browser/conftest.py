"""The whole stack in the fictional city, and real browsers in front of it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.people import Door
from tests.support import chromium
from tests.support.machine import TestInstance
from tests.support.people import settle_city, sign_in
from tests.support.stack import Stack
from tsunagi.client import Client

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.program(), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def stack(instance: TestInstance, start_stack: Callable[..., Stack]) -> Stack:
    settle_city(instance)
    running = start_stack()
    instance.broker.settle()
    return running


@pytest.fixture(scope="module")
def planner(stack: Stack) -> Client:
    """田中, at the API: for what a test needs and does not try."""
    return sign_in(stack, "tanaka")


@pytest.fixture(scope="module")
def care_manager(stack: Stack) -> Client:
    """佐藤, at the API."""
    return sign_in(stack, "sato")


@pytest.fixture
def open_as(browser: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """`open_as("sato", width=390)` gives somebody a browser of their own, signed in."""
    door = Door(browser, stack)
    yield door.open_as
    complaints = door.close()
    assert complaints == []
