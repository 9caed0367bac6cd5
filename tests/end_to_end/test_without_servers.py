"""The embedded profile from its one command: the demonstration holds, and Ctrl-C ends all of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.eventually import eventually


def start(folder, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "tsunagi", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_demonstration_holds(tmp_path):
    with start(tmp_path, "demo") as playing:
        told, _ = playing.communicate(timeout=240)
    summary = json.loads(told.splitlines()[-1])

    assert playing.returncode == 0, told
    assert (summary["profile"], summary["acknowledged_by"]) == ("embedded", "佐藤 恵")
    assert (summary["lost"], summary["doubled"]) == (0, 0)


@pytest.mark.long
def test_the_demonstration_notices_one_lost_message(tmp_path):
    with start(tmp_path, "demo", "--drop-one") as playing:
        told, _ = playing.communicate(timeout=240)

    assert playing.returncode == 1
    assert json.loads(told.splitlines()[-1])["lost"] == 1


@pytest.fixture
def running(tmp_path):
    with start(tmp_path, "run") as started:
        assert any("Ctrl-C stops it" in line for line in started.stdout)
        yield started
        started.kill()


def test_ctrl_c_ends_all_of_it(running):
    found = subprocess.run(["pgrep", "-P", str(running.pid)], capture_output=True, text=True, check=True)
    children = found.stdout.split()

    running.send_signal(signal.SIGINT)

    assert running.wait(60) == 0
    assert len(children) == 2
    eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
