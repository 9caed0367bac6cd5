"""Who carries a command out: the instance, when it runs; else this process, which holds its folder."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tsunagi import holding, obstacles
from tsunagi.admin import visit
from tsunagi.instance import places

PATIENCE_S = 60.0
_SAYS_SO_AFTER_S = 1.0
_LOOKS_EVERY_S = 0.1


@contextmanager
def reached(folder: Path, words: Sequence[str], files: Mapping[str, int]) -> Iterator[int | None]:
    """Give the exit code of what the running instance has done, or None: then it rests and is held here.

    While it starts or stops, and while another command works on the resting one, this one waits for a
    minute. Raises Obstacle when that was not enough.
    """
    with ExitStack() as held:
        began, is_told = time.monotonic(), False
        while (code := visit.carry_out(folder, words, files)) is None and not _hold(folder, held):
            waited_s = time.monotonic() - began
            if waited_s > PATIENCE_S:
                raise obstacles.busy(folder)
            if waited_s > _SAYS_SO_AFTER_S and not is_told:
                is_told = bool(sys.stderr.write(f"{obstacles.waiting_for(folder)}\n"))
            time.sleep(_LOOKS_EVERY_S)
        yield code


def _hold(folder: Path, held: ExitStack) -> bool:
    try:
        held.enter_context(holding.held(places.holder(folder), holding.COMMAND))
    except BlockingIOError:
        return False
    except PermissionError as error:
        raise obstacles.of_somebody_else(folder) from error
    except OSError as error:
        raise obstacles.at(folder, error) or error from None
    return True


@contextmanager
def handed_over(files: Mapping[str, Path]) -> Iterator[dict[str, int]]:
    """Have these files open for reading inside the block, by name."""
    with ExitStack() as opened:
        yield {name: opened.enter_context(path.open("rb")).fileno() for name, path in files.items()}
