"""Faults in the middle of a burst, on an instance as a person runs it: what was accepted is there, once."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import threading
from contextlib import closing

import pytest
import requests

from tests.faults.test_embedded_start import copied, fill, garbage, pattern, refused  # noqa: F401
from tests.support.embedded_run import Run, at_command, small_disk
from tests.support.eventually import eventually
from tests.support.sender import Sender, all_there_once, person
from tsunagi import embedded_files
from tsunagi import instance as instances


@pytest.fixture
def folder(pattern, tmp_path):  # noqa: F811
    return copied(pattern, tmp_path)


def kill(running):
    """End all processes of the instance at once, as the loss of power does."""
    for pid in Run.family(running.process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.process.wait(10)


@contextlib.contextmanager
def held_up(file):
    """Let nobody write to a database inside the block."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield


def part(running, words):
    """Return the id of the process that was started with these words."""
    found = subprocess.run(
        ["pgrep", "-P", str(running.process.pid), "-f", words], capture_output=True, text=True, check=True
    )
    return int(found.stdout)


@pytest.mark.long
def test_a_bus_that_breaks_under_a_burst_is_made_anew_and_nothing_is_missing(folder):
    bus, notify = embedded_files.bus(instances.load(folder)), folder / "databases" / "notify.db"
    with Run(folder) as first, Sender(folder) as sender, held_up(notify):
        sender.sends(10)
        kill(first)
    with closing(sqlite3.connect(bus)) as db:
        [under_way] = db.execute(
            "SELECT count(*) FROM message WHERE queue LIKE 'notify.on_discharge_%'"
        ).fetchone()
    garbage(bus)

    refused(folder)
    done = at_command("rebuild-bus", "--instance", folder)

    assert done.returncode == 0, done.stderr
    assert under_way
    with Run(folder):
        all_there_once(folder, sender.accepted)


def kill_again_and_again(folder, times, chance):
    """Kill the process of the services `times` times while somebody sends; returns what was accepted."""
    with Run(folder) as running, Sender(folder) as sender:
        for _ in range(times):
            sender.sends(3)
            threading.Event().wait(chance.uniform(0, 0.5))
            os.kill(part(running, "serve all"), signal.SIGKILL)
        sender.sends(3)
        sender.leave()
        all_there_once(folder, sender.accepted)
    return sender


@pytest.mark.long
def test_two_kills_in_mid_burst_lose_and_double_nothing(folder):
    sender = kill_again_and_again(folder, 2, random.Random(2))

    assert sender.refusals[0]


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_fifty_kills_in_mid_burst_lose_and_double_nothing(folder):
    kill_again_and_again(folder, 50, random.Random(50))


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own needs root")
def test_a_disk_that_fills_up_makes_pages_wait_and_loses_nothing(pattern, tmp_path):  # noqa: F811
    with small_disk(tmp_path / "disk", 60) as disk:
        folder = copied(pattern, disk)
        with Run(folder) as running, Sender(folder) as sender:
            sender.sends(5)
            care_manager = person(folder, "sato")
            ballast = fill(disk)
            eventually(lambda: sender.refusals[503] > 3, 60)
            page = requests.get(f"{running.url}/inbox", headers={"Cookie": care_manager.cookies}, timeout=15)
            threading.Event().wait(5)
            ballast.unlink()
            sender.sends(5)
            sender.leave()
            all_there_once(folder, sender.accepted)

        assert (page.status_code, "いま保存できません" in page.text) == (503, True)
        assert "空きがなく" in running.said
        assert "all ended" not in running.said
