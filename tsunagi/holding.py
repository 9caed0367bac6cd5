"""One at a time: who runs an instance, or works on its folder while it rests, holds it."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from tsunagi import obstacles
from tsunagi.instance import places

RUNNING = "running"
COMMAND = "command"


@contextlib.contextmanager
def alone(folder: Path, doing: str = RUNNING) -> Iterator[None]:
    """Hold the instance's folder inside the block. Raises Obstacle when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = places.holder(folder)
    with contextlib.ExitStack() as holding:
        try:
            holding.enter_context(held(file, doing))
        except BlockingIOError as error:
            by_command = file.read_text() == COMMAND
            raise (obstacles.worked_on if by_command else obstacles.in_use)(folder) from error
        yield


@contextlib.contextmanager
def held(file: Path, doing: str = "") -> Iterator[None]:
    """Lock a file inside the block, which says what for. Raises BlockingIOError when another has it."""
    # Not emptied before it is ours: whoever is refused reads there who has it.
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(doing)
        lock.flush()
        yield
