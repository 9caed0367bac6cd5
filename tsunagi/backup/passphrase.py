"""Where the passphrase of a backup comes from: a file, the environment or the keyboard, never an argument."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tsunagi.backup.refusal import BackupRefused

_SHORTEST = 12
VARIABLE = "TSUNAGI_BACKUP_PASSPHRASE"


def given(file: Path | None, *, is_new: bool) -> str:
    """Return the passphrase; a new one is asked for twice and has to be long enough. Raises BackupRefused."""
    file = file or (Path(os.environ[f"{VARIABLE}_FILE"]) if os.environ.get(f"{VARIABLE}_FILE") else None)
    known = _read(file) if file else os.environ.get(VARIABLE) or _asked(is_new)
    if is_new and len(known) < _SHORTEST:
        raise BackupRefused(f"the passphrase is too short: {_SHORTEST} characters at least")
    return known


@contextmanager
def readable(secret: str) -> Iterator[int]:
    """Give an open file inside the block that holds the passphrase, on no disk."""
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "w", encoding="utf-8") as into:
            into.write(secret)
        yield reading
    finally:
        os.close(reading)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefused(f"the file of the passphrase cannot be read: {error}") from error


def _asked(is_new: bool) -> str:
    try:
        answer: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True)
    except click.Abort as error:
        raise BackupRefused(f"no passphrase: set {VARIABLE}_FILE, or use --passphrase-file") from error
    return answer
