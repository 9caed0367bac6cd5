"""Restores a backup: everything is checked before the first row is written."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from chassis import clock, schema
from chassis.config import Settings
from chassis.embedded.sqlite import is_sqlite
from tsunagi.backup import bus, into_files, into_servers, secrecy
from tsunagi.backup.archive import Contents
from tsunagi.backup.making import FORMAT
from tsunagi.backup.refusal import BackupRefused, reason_of

Opened = Callable[[], AbstractContextManager[Contents]]


def verified(file: Path, passphrase: str) -> dict[str, Any]:
    """Read the whole backup, compare every sum, and return its description. Raises BackupRefused."""
    with _opened(file, passphrase) as contents:
        about = contents.about
        for _ in contents:
            pass
    check_version(about)
    return about


def check_version(about: Mapping[str, Any]) -> None:
    """Raise BackupRefused when a newer program made it."""
    if about["format"] != FORMAT:
        raise BackupRefused(f"the backup has the form {about['format']}: restore it with a newer program")
    for service, revision in about["revisions"].items():
        if revision not in schema.known_to_code(service):
            raise BackupRefused(
                f"the backup is newer than this program ({service} {revision}): restore it with program"
                f" {about['program']} or a newer one"
            )


def restore(file: Path, passphrase: str, about: Mapping[str, Any], settings: Mapping[str, Settings]) -> int:
    """Fill the empty databases; returns how many facts are published again when the programs start.

    `about` is what `verified` returned. Raises BackupRefused; then nothing was restored.
    """
    some = settings["accounts"]
    _check_kind(about, some)
    urls = {service: known.database_url for service, known in settings.items()}
    fill = _fill_files if is_sqlite(some.database_url) else _fill_servers
    try:
        count = fill(lambda: _opened(file, passphrase), urls, about, settings)
        _set_clock(about, some)
        return count
    except (OSError, SQLAlchemyError, psycopg.Error, sqlite3.Error) as error:
        why = reason_of(error)
        raise BackupRefused(f"restoring failed ({why}): mend the cause, then restore again") from error


def _fill_files(
    opened: Opened, urls: Mapping[str, str], about: Mapping[str, Any], settings: Mapping[str, Settings]
) -> int:
    into_files.check(urls)
    bus.make_empty(settings["accounts"])
    with opened() as contents:
        return into_files.restore(urls, contents, settings, _now(about, settings))


def _fill_servers(
    opened: Opened, urls: Mapping[str, str], about: Mapping[str, Any], settings: Mapping[str, Settings]
) -> int:
    wanted, count = into_servers.check(urls, about), 0
    bus.check_empty(settings["accounts"])
    if wanted:
        with opened() as contents:
            count = into_servers.restore(urls, contents, wanted, settings)
    into_servers.finish(urls, _now(about, settings))
    return count


def _set_clock(about: Mapping[str, Any], some: Settings) -> None:
    """Move a demonstration's clock as far as it was: its moments make sense only so."""
    if some.may_move_clock and some.clock_file is not None:
        clock.move(some.clock_file, _offset(about))


def _now(about: Mapping[str, Any], settings: Mapping[str, Settings]) -> datetime:
    """Return the present moment of the instance, by the clock that it is about to have."""
    some = settings["accounts"]
    is_moved = some.may_move_clock and some.clock_file is not None
    return datetime.now(UTC) + (_offset(about) if is_moved else timedelta())


def _offset(about: Mapping[str, Any]) -> timedelta:
    return timedelta(seconds=float(about["clock"] or 0))


def _check_kind(about: Mapping[str, Any], settings: Settings) -> None:
    kind = "sqlite" if is_sqlite(settings.database_url) else "postgresql"
    if about["databases"] != kind:
        raise BackupRefused(
            f"the backup is one of {about['databases']} and the instance keeps its data in {kind}"
        )
    if about["instance"] != settings.instance:
        raise BackupRefused(
            f"the backup is one of a {about['instance']} instance and this is a {settings.instance} one"
        )


@contextmanager
def _opened(file: Path, passphrase: str) -> Iterator[Contents]:
    try:
        with file.open("rb") as raw, secrecy.unlocked(raw, passphrase) as plain:
            yield Contents(plain)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise BackupRefused(f"{file} cannot be read: {error.strerror}") from error
