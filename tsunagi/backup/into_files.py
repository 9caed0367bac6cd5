"""Restores into the files of an embedded instance: a folder of them is made ready, then put in place."""

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from chassis import migrate
from chassis.config import Settings
from tsunagi.backup import encrypted, restored
from tsunagi.backup.announcing import announce_again
from tsunagi.backup.archive import Contents
from tsunagi.backup.refusal import not_empty
from tsunagi.backup.tables import transaction

Urls = Mapping[str, str]


def check(urls: Urls) -> None:
    """Raise BackupRefused when a file holds data."""
    for service, file in _files(urls).items():
        if file.exists():
            with transaction(f"sqlite:///{file}") as tx:
                if not restored.is_empty(tx):
                    raise not_empty(service)


def restore(urls: Urls, contents: Contents, settings: Mapping[str, Settings], now: datetime) -> int:
    """Have the backup's files in place, all at once; returns how many facts will be published again.

    `settings` are those of each service, `now` is by the instance's clock.
    """
    files = _files(urls)
    place = next(iter(files.values())).parent
    ready = place.with_name(f"{place.name}.restoring")
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir(mode=0o700, parents=True)
    copies = {service: ready / file.name for service, file in files.items()}
    _write(copies, contents)
    count = _announce(copies, contents.about, settings)
    for service, file in copies.items():
        migrate.upgrade(service, f"sqlite:///{file}")
        with transaction(f"sqlite:///{file}") as tx:
            restored.ask_anew(tx, service, now)
            tx.commit()
        _settle(file)
    _put_in_place(ready, place)
    return count


def _files(urls: Urls) -> dict[str, Path]:
    return {service: Path(make_url(url).database or "") for service, url in urls.items()}


def _write(copies: Mapping[str, Path], contents: Contents) -> None:
    for service, chunks in groupby(contents, key=lambda each: each[0]):
        with copies[service].open("xb") as out:
            for _, chunk in chunks:
                out.write(chunk)


def _announce(copies: Mapping[str, Path], about: Mapping[str, Any], settings: Mapping[str, Settings]) -> int:
    with ExitStack() as opened:
        databases = {
            name: opened.enter_context(transaction(f"sqlite:///{file}")) for name, file in copies.items()
        }
        count = announce_again(databases, datetime.fromisoformat(about["began_at"]))
        restored.end_sessions(databases["accounts"])
        encrypted.close_anew(databases, about, settings)
        for tx in databases.values():
            tx.commit()
    return count


def _settle(file: Path) -> None:
    """Have everything in the file itself and on the disk."""
    db = sqlite3.connect(file)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with file.open("rb") as done:
        os.fsync(done.fileno())


def _put_in_place(ready: Path, place: Path) -> None:
    before = place.with_name(f"{place.name}.empty")
    shutil.rmtree(before, ignore_errors=True)
    if place.exists():
        place.rename(before)
    ready.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    shutil.rmtree(before, ignore_errors=True)
