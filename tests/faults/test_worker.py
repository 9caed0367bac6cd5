"""A worker that is killed in the middle of a job, and what it tells of its health."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from chassis.ids import new_id
from chassis.jobs import MOST_ATTEMPTS, queue_job
from services.events.models import metadata
from tests.support.eventually import eventually
from tests.support.trial import metadata as trial_tables
from tsunagi.parts import SERVICES

LEASE_S = 2


@pytest.fixture(scope="module")
def home(machine):
    made = machine.fresh(TSUNAGI_JOB_LEASE_S=str(LEASE_S))
    trial_tables.create_all(made.database("events").engine)
    yield made
    made.close()


class Workers:
    """Worker processes; one that dies is started again at once."""

    def __init__(self, home):
        self.home = home
        self._leaving = threading.Event()
        self.process = self._launch()
        self._thread = threading.Thread(target=self._look_after, daemon=True)
        self._thread.start()

    def _launch(self):
        self.home.instance.logs.mkdir(exist_ok=True)
        with (self.home.instance.logs / "worker.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.support.trial_worker"]
            return subprocess.Popen(command, env=self.home.instance.environment("worker"), stderr=log)

    def _look_after(self):
        while not self._leaving.wait(0.1):
            if self.process.poll() is not None:
                self.process = self._launch()

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)

    def stop(self):
        self._leaving.set()
        self._thread.join(10)
        self.process.terminate()
        self.process.wait(10)

    def ask(self, path):
        """Return the status and the text that the worker answers."""
        port = self.home.instance.ports["health_worker"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except OSError:
            return 0, ""


@pytest.fixture(scope="module")
def workers(home):
    running = Workers(home)
    eventually(lambda: running.ask("/ready")[0] == 200, 40)
    yield running
    running.stop()


def queue(home, kind, **payload):
    subject = new_id()
    with home.database("events").begin() as tx:
        return queue_job(tx, metadata.tables["job"], kind, {"id": subject, **payload}), subject


def job(home, id):
    [row] = home.database("events").rows("SELECT * FROM job WHERE id = :id", id=id)
    return row


def starts(home, subject):
    return home.database("events").scalar("SELECT count(*) FROM trial_seen WHERE subject = :id", id=subject)


def test_a_job_whose_worker_is_killed_is_done_again_after_its_lease(home, workers):
    id, subject = queue(home, "slow", seconds=60)
    eventually(lambda: starts(home, subject) == 1, 40)
    began = time.monotonic()

    workers.kill()

    eventually(lambda: job(home, id)["state"] == "done", 40)
    assert time.monotonic() - began >= LEASE_S - 1
    assert (job(home, id)["attempts"], job(home, id)["result"]) == (2, {"starts": 2})


def test_a_job_that_kills_its_worker_is_given_up(home, workers):
    id, subject = queue(home, "deadly")

    eventually(lambda: job(home, id)["state"] == "failed", 90)

    assert (job(home, id)["reason"], starts(home, subject)) == ("worker_vanished", MOST_ATTEMPTS)


def test_a_worker_tells_of_its_health_and_counts(home, workers):
    id, _ = queue(home, "slow", seconds=0)
    eventually(lambda: job(home, id)["state"] == "done", 40)

    assert workers.ask("/live") == (200, '{"live": true, "faults": []}')
    assert 'jobs_total{kind="slow",outcome="done"}' in workers.ask("/metrics")[1]


def test_a_worker_that_reaches_a_database_no_more_is_not_ready(home, workers):
    name = home.instance.database("notify")
    with home.machine.servers.postgres.connect() as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    faults = ["database:notify:OperationalError"]
    eventually(lambda: workers.ask("/ready") == (503, json.dumps({"ready": False, "faults": faults})), 20)

    with home.machine.servers.postgres.connect() as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    eventually(lambda: workers.ask("/ready")[0] == 200)


def test_a_worker_tidies_every_database(home, workers):
    def tidied():
        lines = (home.instance.logs / "worker.log").read_text().splitlines()
        return {json.loads(line)["service"] for line in lines if '"event": "tidied"' in line}

    eventually(lambda: tidied() == set(SERVICES))


def test_a_worker_refuses_to_leave_a_database_untidied(home):
    environment = home.instance.environment("worker")
    del environment["TSUNAGI_DATABASE_URL_NOTIFY"]

    done = subprocess.run(
        [sys.executable, "-m", "tsunagi", "work"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.strip()) == (1, "TSUNAGI_DATABASE_URL_NOTIFY is not set")
