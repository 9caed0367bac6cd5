"""Fixtures on real servers. pytest itself stays unpatched: services run as their own processes.

machine      private PostgreSQL and RabbitMQ, once per session; with PROFILE=embedded a folder
instance     a fresh instance on them (databases, vhost, keys, clock), once per module
start_stack  starts processes of that instance: start_stack("sharing", "notify", "gateway")
mail         catches what is sent by SMTP; starts with the module, before the processes
"""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.support.embedded import EmbeddedMachine
from tests.support.machine import Machine, TestInstance
from tests.support.mail import MailCatcher
from tests.support.stack import Stack
from tsunagi.parts import EMBEDDED, PROCESSES
from tsunagi.servers import packages
from tsunagi.servers.process import NotAvailable


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine | EmbeddedMachine]:
    if os.environ.get("PROFILE") == EMBEDDED:
        prepared = EmbeddedMachine().start()
        yield prepared
        prepared.stop()
        return
    if packages.missing() and not packages.can_install():
        if os.geteuid() == 0:
            pytest.fail("no PostgreSQL or RabbitMQ, and no apt-get to install them with", pytrace=False)
        pytest.skip(
            "install PostgreSQL 15 and RabbitMQ first: sudo apt-get install postgresql rabbitmq-server"
        )
    try:
        packages.ensure(print)
    except NotAvailable as error:
        pytest.fail(str(error), pytrace=False)
    running = Machine().start()
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
