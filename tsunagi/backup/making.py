"""Makes a backup: all databases as of one moment, encrypted, under its name only when it is whole."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from chassis.config import Settings
from chassis.embedded.sqlite import is_sqlite
from chassis.ids import new_id
from tsunagi.backup import archive, cut, dumping, encrypted, secrecy
from tsunagi.backup.refusal import BackupRefused, reason_of

FORMAT = 1


def write(out: BinaryIO, passphrase: str, settings: Mapping[str, Settings]) -> None:
    """Write a backup into a file that can be sought in, while everybody works. Raises BackupRefused."""
    urls = {service: known.database_url for service, known in settings.items()}
    with _databases_readable(), cut.taken(urls) as (looks, began_at):
        about = {**_about(next(iter(settings.values()))), "began_at": began_at.isoformat()}
        about["revisions"] = {service: cut.revision(tx) for service, tx in looks.items()}
        about["tables"] = {service: dumping.tables_of(tx) for service, tx in looks.items()}
        about |= encrypted.keys_of(looks, settings)
        parts = (part for service, tx in looks.items() for part in dumping.parts(service, tx))
        secrecy.lock(passphrase, archive.packed(about, parts), out)


@contextmanager
def _databases_readable() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, sqlite3.Error) as error:
        raise BackupRefused(f"a database cannot be read ({reason_of(error)})") from error


def _about(settings: Settings) -> dict[str, Any]:
    clock = settings.clock_file
    return {
        "format": FORMAT,
        "id": new_id(),
        "program": _version(),
        "databases": "sqlite" if is_sqlite(settings.database_url) else "postgresql",
        "instance": settings.instance,
        # How far a demonstration's clock is moved: its moments make sense only so.
        "clock": clock.read_text() if clock and clock.exists() else "",
    }


def _version() -> str:
    try:
        return metadata.version("tsunagi")
    except metadata.PackageNotFoundError:
        return ""


@contextmanager
def new_file(file: Path) -> Iterator[BinaryIO]:
    """Give a file that gets its name at the end of the block, and vanishes when the block fails."""
    if file.exists():
        raise _taken(file)
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
        with os.fdopen(handle, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _give_name(Path(name), file)
        _sync(file.parent)
    except FileExistsError as error:
        raise _taken(file) from error
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror or error}") from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _give_name(part: Path, file: Path) -> None:
    """Raise FileExistsError when the name was taken meanwhile: renaming alone would replace that file."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links, as memory sticks have one.
        file.touch(mode=0o600, exist_ok=False)
        part.rename(file)


def _taken(file: Path) -> BackupRefused:
    return BackupRefused(f"{file} is there already: a backup never replaces another")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
