"""What keeps an embedded instance from starting is told in a sentence of each language, and loses nothing."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import threading

import pytest

from tests.support.embedded_run import Run, at_command, in_both_languages, small_disk
from tsunagi import embedded_files, holding
from tsunagi import instance as instances
from tsunagi.client import Client


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    """A demonstration that was started once and ended."""
    folder = tmp_path_factory.mktemp("pattern") / "instance"
    with Run(folder):
        pass
    return folder


@pytest.fixture
def folder(pattern, tmp_path):
    return copied(pattern, tmp_path)


def copied(pattern, to):
    """Return a copy of an instance that rests."""
    return shutil.copytree(pattern, to / "instance", ignore=shutil.ignore_patterns("*.sock"))


def refused(folder, *words):
    """Return what is said when the instance does not start."""
    done = at_command("run", "--instance", folder, *words)
    assert done.returncode == 1
    return in_both_languages(done.stderr)


def test_one_that_runs_is_not_started_again(bare):
    with holding.alone(bare):
        said = refused(bare)

    assert "もう動いています" in said
    assert "is running already" in said


@pytest.mark.long
def test_two_at_a_time_are_refused_and_the_first_goes_on(folder):
    with Run(folder) as first:
        said = refused(folder)

        assert "もう動いています" in said
        assert "is running already" in said
        assert Client(first.url).get("/api/facilities", kind="desk")


@pytest.fixture
def bare(tmp_path):
    """An instance that was made and never started."""
    made = instances.ensure(tmp_path / "bare", "demo", profile="embedded")
    (made.folder / "bus").mkdir()
    (made.folder / "databases").mkdir()
    return made.folder


def test_a_folder_of_the_other_profile_is_refused(bare):
    said = refused(bare, "--profile", "node")

    assert "embedded で作られたもの" in said
    assert "made by the profile embedded" in said


def test_a_port_that_was_asked_for_and_is_taken_is_refused(bare):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(bare, "--port", str(port))

    assert f"ポート {port} は" in said
    assert f"Port {port} is used" in said


def test_a_real_instance_does_not_move_from_where_its_mails_lead(tmp_path):
    made = instances.ensure(tmp_path / "real", "real", profile="embedded")
    with socket.create_server(("127.0.0.1", made.ports["http"])):
        said = refused(made.folder, "--real")

    assert f"ポート {made.ports['http']} は" in said


@pytest.mark.long
def test_a_demonstration_moves_and_says_so(folder):
    before = instances.load(folder).ports["http"]
    with socket.create_server(("127.0.0.1", before)), Run(folder) as moved:
        assert f"ポート {before} は、ほかのプログラムが使っています" in moved.said
        assert moved.url != f"http://127.0.0.1:{before}"


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own needs root")
def test_a_read_only_disk_is_told(pattern, tmp_path):
    with small_disk(tmp_path / "disk", 60) as disk:
        folder = copied(pattern, disk)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        said = refused(folder)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)

        assert "に書き込めません" in said
        assert "cannot be written" in said
        with Run(folder):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_of_somebody_else_is_told(bare):
    bare.chmod(0o500)
    said = refused(bare)
    bare.chmod(0o700)

    assert "に書き込めません" in said
    assert "cannot be written" in said


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own needs root")
def test_a_full_disk_is_told_at_the_start(pattern, tmp_path):
    with small_disk(tmp_path / "disk", 60) as disk:
        folder = copied(pattern, disk)
        ballast = fill(disk)
        said = refused(folder)
        ballast.unlink()

        assert "空きがありません" in said
        assert "is full" in said
        with Run(folder):
            pass


def fill(disk):
    """Use up the disk to its last byte; returns the file that does."""
    with (disk / "ballast").open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(bytes(65536))
    with (disk / "ballast").open("ab", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"x")
    return disk / "ballast"


def garbage(file):
    with file.open("r+b") as out:
        out.write(os.urandom(file.stat().st_size))


def shorten(file):
    with file.open("r+b") as out:
        out.truncate(file.stat().st_size // 2)


@pytest.mark.long
@pytest.mark.parametrize(
    "damage", [garbage, shorten, lambda file: file.unlink()], ids=["garbage", "short", "gone"]
)
def test_a_broken_bus_is_told_and_made_anew(folder, damage):
    damage(embedded_files.bus(instances.load(folder)))

    said = refused(folder)
    listed = at_command("dead-letters", "list", "--instance", folder)
    mended = at_command("rebuild-bus", "--instance", folder)

    assert "rebuild-bus" in said
    assert "なくなっていません" in said
    assert (listed.returncode, "rebuild-bus" in listed.stderr) == (1, True)
    assert mended.returncode == 0, mended.stderr
    with Run(folder):
        pass


def test_a_broken_bus_is_told(bare):
    (bare / "bus" / "bus.db").write_bytes(os.urandom(8192))

    said = refused(bare)

    assert "bus.db が壊れているか、なくなっています" in said
    assert "run tsunagi rebuild-bus" in said


def test_a_broken_database_is_told(bare):
    (bare / "databases" / "sharing.db").write_bytes(os.urandom(8192))

    said = refused(bare)

    assert "sharing.db が壊れています" in said
    assert "restore a backup" in said


@pytest.mark.long
def test_killed_at_any_moment_of_its_first_start_it_starts_again_and_finishes(tmp_path):
    folder = tmp_path / "instance"
    for after_s in (0.7, 1.2, 1.7, 2.4, 3.2):
        killed_after(after_s, folder)

    with Run(folder) as finished:
        passwords = json.loads((folder / "demo-accounts.json").read_text())
        assert Client(finished.url).sign_in("tanaka", passwords["tanaka"])


def killed_after(seconds, folder):
    """Start the instance and kill all of it, migration included, after so long."""
    started = Run.popen(folder)
    threading.Event().wait(seconds)
    for pid in Run.family(started.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    started.wait(10)
