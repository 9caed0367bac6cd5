"""The Dockerfiles and scripts, by their linters."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.files import ROOT

DOCKERFILES = sorted((ROOT / "deploy").rglob("Dockerfile*"))
SCRIPTS = [
    ROOT / "deploy" / name for name in ("ready", "postgres/logins", "rabbitmq/healthy", "proxy/healthy")
]


def test_both_images_are_looked_at():
    assert [path.relative_to(ROOT / "deploy").as_posix() for path in DOCKERFILES] == [
        "Dockerfile",
        "proxy/Dockerfile",
    ]


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_a_dockerfile_follows_the_rules(path):
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or "hadolint"

    checked = subprocess.run([hadolint, str(path)], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_an_image_runs_under_a_number_and_needs_no_foreign_syntax(path):
    lines = path.read_text().splitlines()

    assert "USER 10001:10001" in lines
    assert not any(line.replace(" ", "").startswith("#syntax=") for line in lines)


def test_the_image_makes_the_hub_cooperate():
    text = (ROOT / "deploy" / "Dockerfile").read_text()

    assert "EVENTLET_NO_GREENDNS=yes" in text
    assert "PSYCOPG_WAIT_FUNC=wait_selector" in text


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_run_and_read(path):
    shell = path.read_text().splitlines()[0].removeprefix("#!")

    parsed = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, check=False)

    assert path.stat().st_mode & 0o111
    assert parsed.returncode == 0, parsed.stderr
