"""Tests on several workers side by side (`pytest -n 2`): what stays together, and who has quiet.

A worker has servers of its own. A file stays on one worker, since its tests share an instance; so do
whole folders that share one, and files that want the same port.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tsunagi.servers import process

# Each line goes to one worker: a folder with one stack for all, demonstrations that are timed, and
# browsers with containers, since Chromium gives up a page while networks come and go.
TOGETHER = (
    ("tests/browser/", "tests/deploy/"),
    ("tests/service/notify/",),
    ("tests/end_to_end/test_demo.py", "tests/end_to_end/test_without_servers.py"),
)

# What takes longest as one piece, then the folders by what a file of theirs takes.
LONG = (
    *(start for group in TOGETHER for start in group),
    "tests/faults/",
    "tests/end_to_end/",
    "tests/service/",
)


def scope(node: str) -> str:
    """Return what a test shares its worker with: its file, or the first of those that stay together."""
    return next((group[0] for group in TOGETHER if node.startswith(group)), node.split("::", 1)[0])


def longest_first(nodes: Sequence[str]) -> list[int]:
    """Return the places of tests in the order in which workers should begin them: at the end there are only
    short ones left, and no worker has a long part to itself.
    """
    last = len(LONG)
    ranks = [
        next((rank for rank, start in enumerate(LONG) if node.startswith(start)), last) for node in nodes
    ]
    return sorted(range(len(nodes)), key=lambda place: ranks[place])


def scheduler(config: Any, log: Any) -> Any:
    """Return xdist's scheduler for these scopes; they are taken in their order, the long ones first."""
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class Scopes(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False
    return Scopes(config, log)


def take_own_ports(worker: str, workers: int) -> None:
    """Keep to a part of the ports, since another worker cannot see a port that is not in use yet."""
    number = int(worker.removeprefix("gw"))
    size = len(process.PORTS) // workers
    process.PORTS = process.PORTS[number * size : (number + 1) * size]


class Room:
    """A room with a door, as two locked files: many are inside together, or one has it alone.

    Who wants it alone keeps the door shut while the others leave; without a door they would take turns
    inside for ever.
    """

    def __init__(self, folder: Path) -> None:
        self._door = os.open(folder / "door.lock", os.O_CREAT | os.O_RDWR, 0o600)
        self._room = os.open(folder / "room.lock", os.O_CREAT | os.O_RDWR, 0o600)

    @contextmanager
    def inside(self, *, alone: bool) -> Iterator[None]:
        """Be inside, with others or alone; waits for that."""
        fcntl.flock(self._door, fcntl.LOCK_EX)
        fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(self._door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)
