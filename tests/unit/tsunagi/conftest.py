"""An instance on paper, and the place where the doctor would look at it."""

import pytest

from tsunagi import instance as instances
from tsunagi.doctor.place import Place


@pytest.fixture
def made(tmp_path):
    return instances.ensure(tmp_path / "node", "test")


@pytest.fixture
def place(made):
    return Place.of(made)


@pytest.fixture
def one():
    """Return what unpacks the only finding of a check."""

    def only(found):
        [each] = found
        return each

    return only
