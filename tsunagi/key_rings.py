"""The keys that encrypt what is stored for long: made once, joined by newer ones, never taken away."""

import base64
import secrets
from pathlib import Path

from tsunagi import obstacles, whole_files
from tsunagi.parts import ACCOUNTS, NOTIFY

# Of second factors, and of the addresses to which somebody is written.
FILE, ADDRESSES = "second_factor.keys", "addresses.keys"
RINGS = {ACCOUNTS: FILE, NOTIFY: ADDRESSES}


def files(folder: Path) -> list[Path]:
    """Return the files of all rings below an instance's folder of keys."""
    return [folder / service / file for service, file in RINGS.items()]


def ensure(folder: Path) -> None:
    """Have every file with at least one key.

    Raises Obstacle for a file without any: with a new key in it nobody would look for those that were there.
    """
    for path in files(folder):
        if not path.exists():
            _write(path, [_new()])
        elif not path.read_text().split():
            raise obstacles.keys_lost(path)


def rotate(folder: Path) -> None:
    """Put a new key before those that are there: what they have encrypted has to stay readable.

    Raises Obstacle like `ensure`.
    """
    ensure(folder)
    for path in files(folder):
        _write(path, [_new(), *path.read_text().split()])


def _new() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, keys: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A running container goes on with the file that it was given; the new one counts from its next start.
    whole_files.write(path, "".join(f"{key}\n" for key in keys))
