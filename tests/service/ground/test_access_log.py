"""The chain over the access log: what was changed afterwards shows."""

import json
import subprocess
import sys
import threading

import pytest
from sqlalchemy import text

from chassis import audit
from chassis.auth import Caller
from chassis.db import Database
from chassis.ids import new_id
from services.events.models import metadata
from tests.support.eventually import eventually


@pytest.fixture
def db(instance):
    """A database whose access log is empty."""
    instance.database("events").execute("TRUNCATE access_log, access_seal")
    database = Database(instance.instance.database_url("events"), pool_size=1)
    database.environment = instance.instance.admin_environment()
    yield database
    database.close()


def write(db, count):
    log = audit.Audit(metadata.tables["access_log"], Caller(account_id=new_id(), role="desk"))
    with db.begin() as tx:
        for _ in range(count):
            log.log(tx, action="read", kind="handoff", ids=[new_id()], person_ids=[new_id()])


def sealed(db, count=5):
    write(db, count)
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
        ("UPDATE access_seal SET number = 7 WHERE number = 5", 5),
        (
            "INSERT INTO access_log SELECT gen_random_uuid(), at, account_id, office_id, role, session,"
            " action, kind, ids, person_ids, 8 FROM access_log WHERE sealed_as = 1",
            8,
        ),
    ],
)
def test_a_change_shows_at_its_number(db, statement, broken_at):
    sealed(db)

    change(db, statement)

    assert verdict(db).broken_at == broken_at


def verdict_knowing(db, earlier):
    with db.begin() as tx:
        return audit.verify(tx, metadata, (earlier.sealed, earlier.chain)).broken_at


def test_an_end_that_was_taken_away_shows_to_who_knows_an_earlier_value(db):
    sealed(db)
    earlier = verdict(db)
    change(db, "DELETE FROM access_seal WHERE number = 5")
    change(db, "UPDATE access_log SET sealed_as = NULL WHERE sealed_as = 5")

    assert verdict(db).broken_at is None
    assert verdict_knowing(db, earlier) == 5


def test_a_log_that_was_rewritten_shows_to_who_knows_an_earlier_value(db):
    sealed(db)
    earlier = verdict(db)
    with db.begin() as tx:
        tx.execute(text("DELETE FROM access_seal"))
        tx.execute(text("UPDATE access_log SET role = 'auditor', sealed_as = NULL"))
        audit.seal(tx, metadata)

    assert verdict(db).broken_at is None
    assert verdict_knowing(db, earlier) == 5


def test_two_sealers_at_once_leave_one_chain_without_gaps(db):
    url = db.engine.url.render_as_string(hide_password=False)
    for _ in range(40):
        write(db, 5)
    leaving = threading.Event()

    def seal_on():
        own = Database(url, pool_size=1)
        while not leaving.is_set():
            with own.begin() as tx:
                audit.seal(tx, metadata)
        own.close()

    threads = [threading.Thread(target=seal_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        write(db, 5)
    eventually(lambda: verdict(db).unsealed == 0, 30)
    leaving.set()
    for thread in threads:
        thread.join(30)

    assert (verdict(db).sealed, verdict(db).broken_at) == (400, None)


def command(db, *words, given=None):
    return subprocess.run(
        [sys.executable, "-m", "tsunagi", "audit", "verify", "--service", "events", *words],
        env=db.environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_knows_what_it_said_earlier(db):
    sealed(db)
    earlier = command(db, "--json").stdout
    sealed(db)

    again = command(db, "--json", "--known", "-", given=earlier)
    foreign = json.dumps([{**json.loads(earlier)[0], "chain": "00"}])

    [found] = json.loads(again.stdout)
    assert (again.returncode, found["sealed"], found["broken_at"]) == (0, 10, None), again.stderr
    assert command(db, "--known", "-", given=foreign).stdout.startswith("events: BROKEN at 5")
    assert command(db, "--known", "-", given="{").returncode == 2


def test_the_command_tells_by_its_exit_code(db):
    sealed(db)

    whole = command(db)
    change(db, "DELETE FROM access_log WHERE sealed_as = 4")
    broken = command(db)

    assert (whole.returncode, whole.stdout.startswith("events: whole; 5 sealed")) == (0, True), whole.stderr
    assert (broken.returncode, broken.stdout.startswith("events: BROKEN at 4")) == (1, True), broken.stderr
