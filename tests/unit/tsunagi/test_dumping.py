"""The plain copies that a backup makes beside SQLite's files do not stay there."""

import sqlite3

import pytest
from sqlalchemy import create_engine

from tsunagi.backup.dumping import parts


@pytest.fixture
def tx(tmp_path):
    with sqlite3.connect(tmp_path / "notify.db") as db:
        db.execute("CREATE TABLE alert (name TEXT)")
    with create_engine(f"sqlite:///{tmp_path}/notify.db").connect() as connection:
        yield connection


def copied(tx):
    ((_, chunks),) = parts("notify", tx)
    return chunks


def names(folder):
    return sorted(each.name for each in folder.iterdir())


def test_what_a_killed_backup_left_is_removed_by_the_next_one(tx, tmp_path):
    for name in (".backup-old", ".backup-old-journal"):
        (tmp_path / name).write_text("plain")

    list(copied(tx))

    assert names(tmp_path) == ["notify.db"]


def test_the_copy_of_a_backup_that_runs_is_left_to_it(tx, tmp_path):
    running = copied(tx)
    first = next(running)
    (copy,) = (name for name in names(tmp_path) if name.startswith(".backup-"))

    assert b"".join(copied(tx)) == first

    assert names(tmp_path) == [copy, "notify.db"]
    assert list(running) == []
    assert names(tmp_path) == ["notify.db"]
