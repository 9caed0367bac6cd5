"""Sharing as a real process; the other services speak through facts that the tests publish."""

import pytest

from tests.service.sharing.town import Town
from tests.support.stack import Stack


# One process for the folder: each file's town has ids that no other knows.
@pytest.fixture(scope="package")
def instance(machine):
    made = machine.fresh()
    yield made
    made.close()


@pytest.fixture(scope="package")
def stack(instance):
    running = Stack(instance, ["sharing"]).start()
    yield running
    running.throw_away()


@pytest.fixture(scope="module")
def town(stack):
    return Town(stack).open()
