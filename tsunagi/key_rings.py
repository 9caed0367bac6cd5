"""The keys that encrypt what is stored for long: made once, joined by newer ones, never taken away."""

import base64
import secrets
from pathlib import Path

from tsunagi.parts import ACCOUNTS

FILE = "second_factor.keys"


def ensure(folder: Path) -> Path:
    """Have `<folder>/accounts/second_factor.keys` with at least one key; returns its path."""
    path = folder / ACCOUNTS / FILE
    if not path.exists() or not path.read_text().strip():
        _write(path, [_new()])
    return path


def rotate(folder: Path) -> None:
    """Put a new key before those that are there: what they have encrypted has to stay readable."""
    path = ensure(folder)
    _write(path, [_new(), *path.read_text().split()])


def _new() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, keys: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # In place: a running container holds the file itself, not its name.
    path.touch(mode=0o600)
    path.write_text("".join(f"{key}\n" for key in keys))
