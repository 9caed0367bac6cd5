"""Where PostgreSQL and RabbitMQ are not there and nobody may install them, tests run them in containers."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.deploy.stack import docker
from tests.support.contained import IMAGES, engine_answers, image
from tsunagi.vendor import ROOT

# Programs and databases, the broker's own word, a queue that is looked into, a server that is killed.
TRIED = (
    "tests/service/ground/test_schema.py",
    "tests/service/ground/test_broker_version.py",
    "tests/service/ground/test_replay.py",
    "tests/faults/test_servers.py::test_the_broker_is_killed_and_comes_back_under_load",
    "tests/faults/test_servers.py::test_the_database_restarts_under_load",
)
# The servers, and what would install them.
FOLDERS = ("/usr/lib/postgresql", "/usr/lib/rabbitmq")
PROGRAMS = ("postgres", "rabbitmq-server", "apt-get")


def why_not():
    """Return why it cannot be tried here; empty when it can."""
    if os.geteuid() or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        return "Only root can hide the installed programs from the tests."
    if not engine_answers():
        return "No Docker engine answers: start one."
    known = subprocess.run(
        ["docker", "image", "inspect", *map(image, IMAGES)], capture_output=True, check=False
    )
    return f"docker pull each of {' '.join(map(image, IMAGES))}" if known.returncode else ""


def without_the_programs(empty, *words):
    """Return the command that runs `words` where the servers are not installed."""
    files = [path for name in PROGRAMS if (path := shutil.which(name))]
    hiding = [f"mount --bind /dev/null {path}" for path in files]
    hiding += [f"mount --bind {empty} {folder}" for folder in FOLDERS if os.path.isdir(folder)]
    return ["unshare", "--mount", "bash", "-c", " && ".join([*hiding, 'exec "$@"']), "-", *words]


def containers():
    return docker("ps", "--all", "--quiet", "--filter", "name=tsunagi-tests-").split()


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_tests_run_on_servers_in_containers_and_leave_none(tmp_path):
    before = containers()
    pytest_here = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TRIED)

    done = subprocess.run(
        without_the_programs(tmp_path, *pytest_here),
        cwd=ROOT,
        env={**os.environ, "PYTEST_ADDOPTS": "", "KEEP_TEST_FOLDER": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    assert "skipped" not in done.stdout
    assert containers() == before
