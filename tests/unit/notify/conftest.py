"""The tables of notify in a file, for what is decided by rows alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.db import Database
from services.notify.models import metadata


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'notify.db'}")
    metadata.create_all(made.engine)
    yield made
    made.close()
