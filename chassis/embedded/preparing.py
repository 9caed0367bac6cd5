"""Waiting for whoever prepares an embedded instance; what is slow to import is imported meanwhile."""

import fcntl
import time
from pathlib import Path

_LOOK_EVERY_S = 0.02


def wait_for(file: Path) -> None:
    """Return when nobody holds `file`."""
    while file.exists():
        with file.open() as held:
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return
            except OSError:
                time.sleep(_LOOK_EVERY_S)
