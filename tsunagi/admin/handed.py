"""What a command finds that a running instance carries out: which instance, and the files of the caller."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

INSIDE = "TSUNAGI_INSIDE"
FILES = "TSUNAGI_HANDED"


def inside() -> Path | None:
    """Return the folder of the instance that carries this command out, or None."""
    folder = os.environ.get(INSIDE)
    return Path(folder) if folder else None


def file(name: str) -> int:
    """Return the open file that the caller has handed over under this name."""
    number: int = json.loads(os.environ[FILES])[name]
    return number


@contextmanager
def _copy(name: str) -> Iterator[Path]:
    """Have what is in a file of the caller under the same name: its folder may be closed to us."""
    with tempfile.TemporaryDirectory(prefix="tsunagi-handed-") as folder:
        path = Path(folder) / Path(name).name
        with os.fdopen(file(name), "rb") as theirs, path.open("wb") as ours:
            shutil.copyfileobj(theirs, ours)
        yield path


class CallersFile(click.Path):
    """A file to read, named where the caller stands: opened there, whoever carries the command out."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, allow_dash=True, path_type=Path)

    def convert(
        self, value: "str | os.PathLike[str]", param: click.Parameter | None, context: click.Context | None
    ) -> "str | bytes | os.PathLike[str]":
        name = str(value)
        if context is None or name == "-":
            return Path(name)
        if inside():
            return context.with_resource(_copy(name))
        path = super().convert(value, param, context)
        context.meta.setdefault(FILES, {})[name] = path
        return path


def named(context: click.Context) -> dict[str, Path]:
    """Return the files that the command line has named, as they are to be handed over."""
    found: dict[str, Path] = context.meta.get(FILES, {})
    return found
