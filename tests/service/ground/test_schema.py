"""Programs and databases of different versions: what does not fit refuses, and says what to do."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from chassis.schema import known_to_code
from tests.support.eventually import eventually

NEWEST = known_to_code("events")[-1]


@pytest.fixture
def home(machine):
    made = machine.fresh()
    yield made
    made.close()


def start(home, *words):
    name = words[-1] if words[0] == "serve" else "worker"
    return subprocess.run(
        [sys.executable, "-m", "tsunagi", *words],
        env=home.instance.environment(name),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def be_at(home, number, needs=None):
    home.database("events").execute("UPDATE alembic_version SET version_num = :number", number=number)
    if needs:
        home.database("events").execute(
            "UPDATE instance_mark SET mark = :mark WHERE mark LIKE 'needs:%'", mark=f"needs:{needs}"
        )


@pytest.mark.parametrize("words", [("serve", "events"), ("work",)])
def test_a_process_refuses_an_older_database(home, words):
    be_at(home, "0000")

    refused = start(home, *words)

    assert refused.returncode == 1
    assert "is older than this program" in refused.stderr
    assert "run `tsunagi migrate` first" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("words", [("serve", "events"), ("work",)])
def test_a_process_refuses_a_newer_database_that_needs_newer_code(home, words):
    be_at(home, "9999", needs="9998")

    refused = start(home, *words)

    assert refused.returncode == 1
    assert f"newer than this program (schema_newer:9999>{NEWEST})" in refused.stderr


def test_a_migrated_database_says_which_code_it_needs(home):
    marks = home.database("events").rows("SELECT mark FROM instance_mark")

    assert [row["mark"] for row in marks if row["mark"].startswith("needs:")] == ["needs:0001"]


def test_a_running_process_says_when_its_database_has_outgrown_it(home, start_one):
    stack = start_one(home, "events")
    be_at(home, "9999")
    assert faults(home) == []

    be_at(home, "9999", needs="9999")

    eventually(lambda: faults(home) == [f"schema_newer:9999>{NEWEST}:events"])
    be_at(home, NEWEST, needs="0001")
    stack.wait_ready()


@pytest.fixture
def start_one():
    from tests.support.stack import Stack

    running = []

    def start_stack(home, *names):
        running.append(Stack(home, names).start())
        return running[-1]

    yield start_stack
    for stack in running:
        stack.stop()


def faults(home):
    port = home.instance.ports["health_events"]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
            return json.load(answer)["faults"]
    except urllib.error.HTTPError as error:
        return json.load(error)["faults"]
