"""Jobs of a service: done, tried again, given up, and never finished by one who has lost them."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from chassis.jobs import MOST_ATTEMPTS, ServiceJobs, queue_job
from services.directory.models import metadata
from tests.support.eventually import eventually

JOB = metadata.tables["job"]


class Jobs:
    """The directory's jobs, with kinds of our own."""

    def __init__(self, database):
        self.database = database
        self.parts = []

    def worker(self, lease_s=60, **kinds):
        part = ServiceJobs("directory", self.database.url, timedelta(seconds=lease_s))
        part._jobs = {name: (lambda db, payload, act=act: act()) for name, act in kinds.items()}
        self.parts.append(part)
        return part

    def queue(self, kind):
        with self.database.begin() as tx:
            self.id = queue_job(tx, JOB, kind, {})

    def make_due(self):
        self.database.execute("UPDATE job SET due_at = :now", now=datetime.now(UTC))

    @property
    def row(self):
        [row] = self.database.rows("SELECT * FROM job")
        return row


@pytest.fixture
def jobs(instance):
    database = instance.database("directory")
    database.execute("TRUNCATE job")
    running = Jobs(database)
    yield running
    for part in running.parts:
        part.db.close()


def fail():
    raise ValueError("asked to fail")


def test_a_job_is_done_once_and_its_result_kept(jobs):
    worker = jobs.worker(add=lambda: {"sum": 3})
    jobs.queue("add")

    assert [worker.turn(), worker.turn()] == [True, False]

    assert (jobs.row["state"], jobs.row["result"], jobs.row["attempts"]) == ("done", {"sum": 3}, 1)


def test_a_job_that_fails_is_tried_again_later_and_given_up_in_the_end(jobs):
    worker = jobs.worker(fail=fail)
    jobs.queue("fail")

    worker.turn()
    first = dict(jobs.row)
    for _ in range(MOST_ATTEMPTS - 1):
        jobs.make_due()
        worker.turn()

    assert (first["state"], first["attempts"], first["reason"]) == ("due", 1, "ValueError")
    assert first["due_at"] > datetime.now(UTC) + timedelta(seconds=20)
    assert (jobs.row["state"], jobs.row["attempts"]) == ("failed", MOST_ATTEMPTS)
    assert worker.turn() is False


def test_a_job_of_a_kind_that_nobody_knows_fails_at_once(jobs):
    worker = jobs.worker()
    jobs.queue("from_tomorrow")

    worker.turn()

    assert (jobs.row["state"], jobs.row["reason"]) == ("failed", "KeyError")


def test_who_has_lost_a_job_does_not_undo_what_its_next_worker_did(jobs):
    begun, go_on = threading.Event(), threading.Event()

    def wait():
        begun.set()
        go_on.wait(30)
        return {"by": "the first"}

    first, second = jobs.worker(lease_s=0.3, job=wait), jobs.worker(job=lambda: {"by": "the second"})
    jobs.queue("job")
    slow = threading.Thread(target=first.turn)
    slow.start()
    begun.wait(30)

    eventually(second.turn)
    go_on.set()
    slow.join(30)

    assert (jobs.row["result"], jobs.row["attempts"]) == ({"by": "the second"}, 2)
