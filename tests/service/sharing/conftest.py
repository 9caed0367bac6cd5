"""Sharing as a real process; the other services speak through facts that the tests publish."""

import pytest

from tests.service.sharing.town import Town


@pytest.fixture(scope="module")
def stack(start_stack):
    return start_stack("sharing")


@pytest.fixture(scope="module")
def town(stack):
    return Town(stack).open()
