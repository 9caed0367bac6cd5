"""The chain over the access log: what was changed afterwards shows."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from chassis import audit
from chassis.auth import Caller
from chassis.db import Database
from chassis.ids import new_id
from services.events.models import metadata


@pytest.fixture
def db(machine):
    made = machine.fresh()
    database = Database(made.instance.database_url("events"), pool_size=1)
    database.environment = made.instance.admin_environment()
    yield database
    database.close()
    made.close()


def sealed(db, count=5):
    log = audit.Audit(metadata.tables["access_log"], Caller(account_id=new_id(), role="desk"))
    with db.begin() as tx:
        for _ in range(count):
            log.log(tx, action="read", kind="handoff", ids=[new_id()], person_ids=[new_id()])
    with db.begin() as tx:
        assert audit.seal(tx, metadata) == count


def verdict(db):
    with db.begin() as tx:
        return audit.verify(tx, metadata)


def change(db, statement):
    with db.begin() as tx:
        assert tx.execute(text(statement)).rowcount == 1


def test_an_untouched_log_is_whole_and_its_chain_goes_on(db):
    sealed(db)
    first = verdict(db)
    sealed(db)

    assert (first.sealed, first.unsealed, first.broken_at) == (5, 0, None)
    assert (verdict(db).sealed, verdict(db).broken_at) == (10, None)
    assert verdict(db).chain != first.chain


def test_a_log_that_grows_while_it_is_looked_at_is_whole(db, monkeypatch):
    sealed(db)
    other = Database(db.engine.url.render_as_string(hide_password=False), pool_size=1)
    link = audit.link

    def link_late(chain, row):
        monkeypatch.setattr(audit, "link", link)
        sealed(other, 3)
        return link(chain, row)

    monkeypatch.setattr(audit, "link", link_late)
    found = verdict(db)
    other.close()

    assert (found.sealed, found.broken_at) == (5, None)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE access_log SET role = 'auditor' WHERE sealed_as = 3", 3),
        ("UPDATE access_log SET person_ids = '[]' WHERE sealed_as = 2", 2),
        ("DELETE FROM access_log WHERE sealed_as = 4", 4),
        ("DELETE FROM access_seal WHERE number = 5", 5),
        ("UPDATE access_log SET sealed_as = NULL WHERE sealed_as = 1", 1),
    ],
)
def test_a_change_shows_at_its_number(db, statement, broken_at):
    sealed(db)

    change(db, statement)

    assert verdict(db).broken_at == broken_at


def test_the_command_tells_by_its_exit_code(db):
    sealed(db)
    command = [sys.executable, "-m", "tsunagi", "audit", "verify", "--service", "events"]
    how = {"env": db.environment, "capture_output": True, "text": True, "timeout": 60, "check": False}

    whole = subprocess.run(command, **how)
    change(db, "DELETE FROM access_log WHERE sealed_as = 4")
    broken = subprocess.run(command, **how)

    assert (whole.returncode, whole.stdout.startswith("events: whole; 5 sealed")) == (0, True), whole.stderr
    assert (broken.returncode, broken.stdout.startswith("events: BROKEN at 4")) == (1, True), broken.stderr
