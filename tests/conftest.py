"""Fixtures on real servers. pytest itself stays unpatched: services run as their own processes.

machine      private PostgreSQL and RabbitMQ, once per worker; with PROFILE=embedded a folder
instance     a fresh instance on them (databases, vhost, keys, clock), once per module
start_stack  starts processes of that instance: start_stack("sharing", "notify", "gateway")
mail         catches what is sent by SMTP; starts with the module, before the processes
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import unpatched
from tests.support.contained import engine_answers
from tests.support.embedded import EmbeddedMachine
from tests.support.machine import Machine, TestInstance
from tests.support.mail import MailCatcher
from tests.support.stack import Stack
from tests.support.workers import Room, longest_first, scheduler, take_own_ports
from tsunagi.parts import EMBEDDED, PROCESSES
from tsunagi.servers import packages
from tsunagi.servers.process import NotAvailable

ROOM = pytest.StashKey[Room]()
NO_SERVERS = (
    "install PostgreSQL 15 and RabbitMQ first (sudo apt-get install postgresql rabbitmq-server), "
    "or start a Docker engine"
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return scheduler(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items[:] = [items[place] for place in longest_first([item.nodeid for item in items])]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    unpatched.give_back()
    if how := getattr(config, "workerinput", None):
        take_own_ports(how["workerid"], how["workercount"])
        # All workers have their folders for files in one.
        config.stash[ROOM] = Room(Path(config.option.basetemp).parent)


# Before pytest-timeout, whose clock shall not run while a test waits for the others.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    room = item.config.stash.get(ROOM, None)
    if room is None:
        return (yield)
    with room.inside(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture(autouse=True)
def stays_unpatched() -> Iterator[None]:
    """Name the test that brings eventlet's threads or sockets into this process: later ones would hang."""
    before = unpatched.eventlets()
    yield
    assert unpatched.eventlets() == before


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine | EmbeddedMachine]:
    if os.environ.get("PROFILE") == EMBEDDED:
        prepared = EmbeddedMachine().start()
        yield prepared
        prepared.stop()
        return
    try:
        if packages.can_install():
            packages.ensure(print)
        elif packages.missing() and not engine_answers():
            # Root is a machine that tests everything: it shall not leave this out without a word.
            (pytest.fail if os.geteuid() == 0 else pytest.skip)(NO_SERVERS)
        running = Machine().start()
    except NotAvailable as error:
        pytest.fail(str(error), pytrace=False)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def mail() -> Iterator[MailCatcher]:
    catcher = MailCatcher().start()
    yield catcher
    catcher.stop()


@pytest.fixture(scope="module")
def instance(machine: Machine, mail: MailCatcher) -> Iterator[TestInstance]:
    made = machine.fresh(TSUNAGI_SMTP_URL=mail.url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def start_stack(instance: TestInstance) -> Iterator[Callable[..., Stack]]:
    running: list[Stack] = []

    def start(*names: str) -> Stack:
        """Start these processes (all of them when none is named) and wait until they are ready."""
        running.append(Stack(instance, names or PROCESSES).start())
        return running[-1]

    yield start
    for stack in reversed(running):
        stack.throw_away()
