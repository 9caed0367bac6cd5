"""What `tsunagi doctor` says of the machine's clock."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from chassis import migrate
from tsunagi import instance as instances
from tsunagi.doctor import clock
from tsunagi.doctor.place import Place


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    made = instances.ensure(tmp_path_factory.mktemp("clock"), "test", profile="embedded")
    (made.folder / "databases").mkdir()
    migrate.upgrade("events", made.database_url("events"))
    return made


@pytest.mark.parametrize(("ahead", "state"), [(timedelta(), "ok"), (timedelta(days=1), "warning")])
def test_what_was_saved_in_the_future_shows_that_the_clock_was_wrong(made, one, ahead, state):
    recorded_at = (datetime.now(UTC) + ahead).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(made.folder / "databases" / "events.db") as db:
        db.execute("DELETE FROM outbox")
        db.execute(
            "INSERT INTO outbox (id, routing_key, envelope, recorded_at) VALUES (?, 'x', '{}', ?)",
            ("01a20017-e510-7686-b380-281e8d22f9c6", recorded_at),
        )

    found = one(clock.clock(Place.of(made)))

    assert found.state == state
    assert ("24 hours" in found.says) == bool(ahead)


@pytest.mark.parametrize(
    ("moved_s", "says"),
    [(-86400, "back by 24 hours"), (86400, "forward by 24 hours"), (300, "forward by 5 minutes")],
)
def test_a_clock_that_was_set_while_the_instance_ran_is_told(one, moved_s, says):
    assert says in one(clock._set(moved_s)).says


def test_a_second_is_nothing(one):
    assert list(clock._set(1.0)) == []
