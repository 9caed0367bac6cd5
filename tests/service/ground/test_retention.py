"""What has outlived its use is removed, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.db import Database
from chassis.ids import first_id_at, new_id
from chassis.jobs import queue_job
from chassis.retention import KEEP_ANSWERS, KEEP_INBOX, KEEP_JOBS, KEEP_JOURNAL, tidy
from services.directory.models import metadata as directory_metadata
from services.notify.models import metadata

NOW = datetime.now(UTC)
OLD, NEW = timedelta(hours=1), timedelta(hours=-1)


@pytest.fixture
def notify(instance):
    database = instance.database("notify")
    database.execute("TRUNCATE outbox, inbox, done_once, job")
    return database


def tidied(database, service="notify", tables=metadata):
    db = Database(database.url, pool_size=1)
    removed = tidy(db, service, tables)
    db.close()
    return removed


def left(database, table, column):
    return {str(row[column]) for row in database.rows(f"SELECT {column} FROM {table}")}


def an_id_of(moment):
    """Return an id as it would have been made then."""
    return first_id_at(moment)[:18] + new_id()[18:]


def test_ids_sort_by_the_time_at_which_they_were_made():
    before = new_id()

    assert first_id_at(NOW - OLD) < before < first_id_at(datetime.now(UTC) + OLD)


def test_published_facts_go_and_unpublished_ones_stay_however_old(notify):
    ids = {
        name: an_id_of(NOW - KEEP_JOURNAL - by) for name, by in (("old", OLD), ("stuck", OLD), ("new", NEW))
    }
    for name, id in ids.items():
        row = {"id": id, "routing_key": "x.v1", "envelope": {}, "recorded_at": NOW}
        with notify.begin() as tx:
            tx.execute(
                metadata.tables["outbox"].insert(), {**row, "published_at": None if name == "stuck" else NOW}
            )

    assert tidied(notify)["outbox"] == 1

    assert left(notify, "outbox", "id") == {ids["stuck"], ids["new"]}


def test_of_an_offices_states_the_newest_stays_however_old(instance):
    directory = instance.database("directory")
    facts = {(office, n): an_id_of(NOW - KEEP_JOURNAL - OLD) for office in ("one", "other") for n in (1, 2)}
    for (office, revision), id in facts.items():
        envelope = {"subject": office, "revision": revision}
        row = {"id": id, "routing_key": "facility_changed.v1", "envelope": envelope}
        with directory.begin() as tx:
            outbox = directory_metadata.tables["outbox"]
            tx.execute(outbox.insert(), {**row, "recorded_at": NOW, "published_at": NOW})

    assert tidied(directory, "directory", directory_metadata)["outbox"] == 2

    assert left(directory, "outbox", "id") == {facts["one", 2], facts["other", 2]}


def test_a_handler_knows_what_it_has_had_longer_than_the_journal_can_tell_it_again(notify):
    assert KEEP_INBOX > KEEP_JOURNAL
    old, new = an_id_of(NOW - KEEP_INBOX - OLD), an_id_of(NOW - KEEP_INBOX - NEW)
    for handler in ("on_discharge_noted", "on_facility_changed"):
        for id in (old, new):
            with notify.begin() as tx:
                tx.execute(
                    metadata.tables["inbox"].insert(), {"handler": handler, "fact_id": id, "heard_at": NOW}
                )

    assert tidied(notify)["inbox"] == 2

    assert left(notify, "inbox", "fact_id") == {new}


def test_remembered_answers_go_after_a_day(notify):
    for key, by in (("old", OLD), ("new", NEW)):
        answer = {"caller": "x", "key": key, "method": "m", "body_hash": b"0" * 32, "answer": {}}
        with notify.begin() as tx:
            tx.execute(metadata.tables["done_once"].insert(), {**answer, "done_at": NOW - KEEP_ANSWERS - by})

    assert tidied(notify)["done_once"] == 1

    assert left(notify, "done_once", "key") == {"new"}


def test_only_finished_jobs_go(notify):
    job = metadata.tables["job"]
    ids = {}
    for state, by in (("done", OLD), ("failed", OLD), ("due", OLD), ("running", OLD), ("done", NEW)):
        with notify.begin() as tx:
            id = queue_job(tx, job, "x", {})
            changed = {"state": state, "finished_at": NOW - KEEP_JOBS - by}
            tx.execute(job.update().where(job.c.id == id).values(changed))
        ids[state, by] = id

    assert tidied(notify)["job"] == 2

    assert left(notify, "job", "id") == {ids["due", OLD], ids["running", OLD], ids["done", NEW]}


def test_more_than_one_portion_goes_in_one_turn(notify, monkeypatch):
    monkeypatch.setattr("chassis.retention._BATCH", 3)
    rows = [
        {"handler": "on_discharge_noted", "fact_id": an_id_of(NOW - KEEP_INBOX - OLD), "heard_at": NOW}
        for _ in range(10)
    ]
    with notify.begin() as tx:
        tx.execute(metadata.tables["inbox"].insert(), rows)

    assert tidied(notify)["inbox"] == 10
