"""A bus in a folder of its own; connections to it as kombu makes them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kombu import Connection

from chassis import topology
from contracts.sharing import DischargeNoted

DELAYS_S = (0.1, 0.2)
HEARING = topology.Hearing("notify", DischargeNoted)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"embedded://{tmp_path}"


@pytest.fixture
def connect(url: str) -> Iterator[Callable[[], Connection]]:
    opened: list[Connection] = []

    def connect() -> Connection:
        opened.append(Connection(url))
        opened[-1].connect()
        return opened[-1]

    # The one that stays keeps this process the broker.
    connect()
    topology.declare(url, DELAYS_S)
    yield connect
    for connection in opened:
        connection.release()
