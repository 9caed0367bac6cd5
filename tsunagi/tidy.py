"""Removes what `make` made in this checkout; the standard library is enough."""

import shutil
import sys
from pathlib import Path

from tsunagi.vendor import ROOT, TARGET

MADE = (
    ".venv",
    ".venv-3.12",
    "node_modules",
    "var",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
)


def main() -> None:
    """Remove it all, unless an instance still runs."""
    for lock in (ROOT / "var").glob("*/running"):
        if _is_held(lock):
            sys.exit(f"{lock.parent} is running: stop it first (Ctrl-C where it was started)")
    for folder in (ROOT / "var").glob("*/"):
        empty(folder)
    for path in (*(ROOT / name for name in MADE), TARGET):
        shutil.rmtree(path, ignore_errors=True)


def empty(folder: Path) -> None:
    """Remove an instance's data; the file that says whether it runs stays."""
    for old in folder.iterdir():
        if old.is_dir():
            # As root the servers' data may lie elsewhere, where their account can reach it.
            shutil.rmtree(old.resolve(), ignore_errors=True)
        if old.name != "running":
            old.unlink(missing_ok=True)


def _is_held(lock: Path) -> bool:
    import fcntl

    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


if __name__ == "__main__":
    main()
