"""`tsunagi demo --profile node` tells the truth: it succeeds when all is well and fails when one is lost."""

import json
import subprocess
import sys

import pytest

from tests.support.contained import needs_programs

pytestmark = needs_programs


def demo(folder, *options):
    return subprocess.run(
        [sys.executable, "-m", "tsunagi", "demo", "--profile", "node", *options],
        cwd=folder,
        env={**__import__("os").environ, "PYTHONPATH": __import__("os").getcwd()},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture
def folder(machine, tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.mark.alone
def test_the_demonstration_holds(folder):
    done = demo(folder)
    summary = json.loads(done.stdout.splitlines()[-1])

    assert done.returncode == 0, done.stdout + done.stderr
    assert list(summary) == [
        "profile",
        "handoff",
        "written_to_screen_ms",
        "acknowledged_by",
        "escalated_to",
        "lost",
        "doubled",
    ]
    assert (summary["acknowledged_by"], summary["lost"], summary["doubled"]) == ("佐藤 恵", 0, 0)
    for rung in ("11:00", "12:00", "14:00"):
        assert f" {rung}:0" in done.stdout


# In every run `test_without_servers.py` has it lose one without RabbitMQ; the story is the same.
@pytest.mark.long
def test_the_demonstration_notices_one_lost_message(folder):
    done = demo(folder, "--drop-one")

    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[-1])["lost"] == 1
