"""This machine: Python, the servers' programs, the room on the disk, the instance's folder."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tsunagi.doctor.finding import Finding, doubtful, well, wrong
from tsunagi.doctor.place import Place
from tsunagi.servers import packages

# As in pyproject.toml.
OLDEST, TOO_NEW = (3, 11), (3, 13)
WARN_BELOW_BYTES, FAIL_BELOW_BYTES = 2_000_000_000, 200_000_000


def python(place: Place, version: tuple[int, ...] = sys.version_info[:3]) -> Iterator[Finding]:
    """Look at the version of this Python."""
    told = ".".join(map(str, version))
    if OLDEST <= version[:2] < TOO_NEW:
        yield well("python", f"version {told}")
    else:
        yield wrong("python", f"version {told} does not fit", "Run it with Python 3.11 or 3.12.")


def programs(place: Place) -> Iterator[Finding]:
    """Look for the programs of PostgreSQL and RabbitMQ, where the instance runs its own."""
    if place.instance is None or place.instance.is_embedded:
        return
    missing = [packages.PACKAGES[name] for name in packages.missing()]
    if not missing:
        yield well("programs", "PostgreSQL and RabbitMQ are installed")
        return
    do = f"Install {' and '.join(missing)}, e.g.: sudo apt-get install {' '.join(missing)}"
    yield wrong("programs", f"{' and '.join(missing)} not installed", do)


def disk(place: Place) -> Iterator[Finding]:
    """Look at the room on each disk where the instance's data lie."""
    if place.instance is None:
        return
    folder = place.instance.folder
    # Servers that may not enter the folder have their data elsewhere, behind a link.
    real = [each.resolve() for each in (folder, folder / "postgres", folder / "rabbitmq") if each.exists()]
    for path in {path.stat().st_dev: path for path in reversed(real)}.values():
        yield room(path, shutil.disk_usage(path).free)


def room(path: Path, free_bytes: int) -> Finding:
    """Return what so much free space means."""
    says = f"{free_bytes / 1e9:.1f} GB free at {path}"
    do = "Free space on this disk: without it broker and databases take no more writes."
    if free_bytes < FAIL_BELOW_BYTES:
        return wrong("disk", f"only {says}", do)
    return doubtful("disk", f"only {says}", do) if free_bytes < WARN_BELOW_BYTES else well("disk", says)


def folder(place: Place) -> Iterator[Finding]:
    """Write a nameless file into the instance's folder; it is gone at once."""
    if place.instance is None:
        return
    path = place.instance.folder
    try:
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"x")
        yield well("folder", f"{path} can be written")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        do = "Run it as the account that owns the folder, and see that its disk is not mounted read-only."
        yield wrong("folder", f"{path} cannot be written: {reason}", do)
