"""The whole stack with the fictional city, and its people signed in."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.eventually import eventually
from tests.support.machine import TestInstance
from tests.support.people import settle_city, sign_in
from tests.support.stack import Stack
from tsunagi.client import Client


@pytest.fixture(scope="module")
def stack(instance: TestInstance, start_stack: Callable[..., Stack]) -> Stack:
    settle_city(instance)
    running = start_stack()
    instance.broker.settle()
    return running


@pytest.fixture(scope="module")
def planner(stack: Stack) -> Client:
    return sign_in(stack, "tanaka")


@pytest.fixture(scope="module")
def care_manager(stack: Stack) -> Client:
    return sign_in(stack, "sato")


@pytest.fixture
def rested(stack: Stack) -> None:
    """Let the letters of the last minute be over, so that the next one to anybody goes out by itself."""
    waits = "SELECT count(*) FROM delivery WHERE state = 'queued'"
    for _ in range(2):
        stack.clock.advance(seconds=61)
        eventually(lambda: stack.database("notify").scalar(waits) == 0)


@pytest.fixture
def page(care_manager: Client) -> Iterator[object]:
    """The care manager's open page."""
    stream = care_manager.listen(care_manager.get("/api/inbox")["last_seq"])
    yield stream
    stream.close()
