"""A service's database as a file: writers take turns, nobody waits inside SQLite."""

import sqlite3
import threading
import time

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis import migrate, schema
from chassis.database_faults import is_database_fault
from chassis.db import Database


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        made.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent(id))")
    return path


@pytest.fixture
def db(file):
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


def add(db, id, parent_id=None):
    with db.begin() as tx:
        tx.execute(text("INSERT INTO thing VALUES (:id, :parent)"), {"id": id, "parent": parent_id})


def count(db):
    with db.begin() as tx:
        return tx.execute(text("SELECT count(*) FROM thing")).scalar()


def test_what_is_opened_inside_a_transaction_reads_what_was_before_it(db):
    with db.begin() as tx:
        tx.execute(text("INSERT INTO thing (id) VALUES (1)"))
        inside = count(db)

    assert (inside, count(db)) == (0, 1)


def test_many_writers_in_one_process_all_come_through(db):
    writers = [threading.Thread(target=add, args=(db, number)) for number in range(40)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert count(db) == 40


def test_a_file_that_another_process_writes_to_is_waited_for(db, file):
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
    started = time.monotonic()

    add(db, 1)

    assert time.monotonic() - started >= 0.25
    assert count(db) == 1


def test_rows_that_refer_to_each_other_may_come_in_any_order(db):
    with db.begin() as tx:
        tx.execute(text("INSERT INTO thing VALUES (1, 7)"))
        tx.execute(text("INSERT INTO parent VALUES (7)"))

    with pytest.raises(IntegrityError):
        add(db, 2, parent_id=8)


def test_a_mistake_is_not_taken_for_a_database_that_is_away(db):
    with pytest.raises(ProgrammingError) as raised, db.begin() as tx:
        tx.execute(text("SELECT * FROM nothing"))

    assert not is_database_fault(raised.value)


def test_the_version_changes_with_what_anybody_commits_and_with_nothing_else(db, file):
    count(db)
    first = db.version()
    count(db)
    assert db.version() == first

    add(db, 1)
    second = db.version()
    with sqlite3.connect(file) as other:
        other.execute("INSERT INTO thing (id) VALUES (2)")

    assert len({first, second, db.version()}) == 3


BROKEN = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer()))
    raise RuntimeError
"""


def test_a_migration_that_is_broken_off_leaves_nothing_behind(tmp_path):
    (tmp_path / "0001_broken.py").write_text(BROKEN)
    config = migrate.config_for("events", f"sqlite:///{tmp_path}/new.db")
    config.set_main_option("version_locations", str(tmp_path))

    with pytest.raises(RuntimeError):
        command.upgrade(config, "head")

    with sqlite3.connect(tmp_path / "new.db") as made:
        assert made.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []


def test_a_file_is_current_when_it_has_had_every_migration(tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    db = Database(url)

    with db.begin() as tx:
        before = schema.is_current(tx, "events")
    migrate.upgrade("events", url)
    with db.begin() as tx:
        after = schema.is_current(tx, "events")

    db.close()
    assert (before, after) == (False, True)
