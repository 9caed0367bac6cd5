"""Commands reach a running instance by its admin socket, and work on a resting one's folder by themselves."""

import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.embedded_run import in_both_languages
from tests.support.eventually import eventually
from tsunagi import holding
from tsunagi import instance as instances
from tsunagi.admin import door, reached, visit, wire
from tsunagi.doctor.admin_socket import admin_socket
from tsunagi.doctor.place import Place
from tsunagi.instance import places
from tsunagi.obstacles import Obstacle
from tsunagi.vendor import ROOT

LIST = ROOT / "tests" / "fixtures" / "directory" / "jigyosho_770.csv"
# Reads its standard input to the end before it does anything.
LASTING = ("audit", "verify", "--known", "-")


@pytest.fixture
def folder(instance):
    folder = instance.instance.folder
    yield folder
    (folder / "admin.log").unlink(missing_ok=True)


@pytest.fixture
def running(folder):
    """The instance's folder while it listens; none of its other processes is needed for that."""
    with holding.alone(folder), door.opened(folder, folder / "admin.log"):
        yield folder


def test_an_instance_ends_although_its_socket_was_taken_away(folder):
    with holding.alone(folder), door.opened(folder, folder / "admin.log"):
        places.admin_socket(folder).unlink()

    assert not [each for each in threading.enumerate() if each.name == "admin" and each.is_alive()]


def started(folder, *words, **how):
    return subprocess.Popen(
        [sys.executable, "-m", "tsunagi", *map(str, words), "--instance", folder.absolute()],
        # A run of the tests in the background ignores Ctrl-C, and what it starts would, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env={
            **instances.from_outside(),
            "PYTHONPATH": str(ROOT),
            "TSUNAGI_BACKUP_PASSPHRASE": "架空の長い合言葉です。とても",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


def command(folder, *words, said="", **how):
    """Return exit code, output and complaints of a command."""
    process = started(folder, *words, **how)
    out, complaints = process.communicate(said, timeout=120)
    return process.returncode, out.strip(), complaints.strip()


def carried_out(folder):
    """Return what the instance has noted of commands: name and exit code."""
    log = folder / "admin.log"
    return re.findall(r"Z (.+: exit code \d+) after", log.read_text()) if log.exists() else []


def processes(folder):
    """Return the ids of the callers of LASTING and of what carries it out."""
    pattern = f"{' '.join(LASTING)} --instance {folder.absolute()}"
    found = subprocess.run(["pgrep", "-f", pattern], capture_output=True, text=True, check=False)
    return found.stdout.split()


@contextlib.contextmanager
def lasting(folder):
    """Have a command under way that is carried out by the instance."""
    process = started(folder, *LASTING)
    try:
        eventually(lambda: len(processes(folder)) == 2, 60)
        yield process
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def held_up(database):
    """Let whoever wants to read this database wait."""
    if database.is_sqlite:
        # In this mode a writer keeps readers out, too.
        with contextlib.closing(sqlite3.connect(database.engine.url.database, isolation_level=None)) as alone:
            alone.execute("PRAGMA locking_mode = EXCLUSIVE")
            alone.execute("BEGIN EXCLUSIVE")
            yield
    else:
        with database.begin() as tx:
            tx.execute(text("LOCK TABLE person, handoff IN ACCESS EXCLUSIVE MODE"))
            yield


def test_a_running_instance_carries_a_command_out(running):
    assert command(running, "dead-letters", "list") == (0, "0 parked", "")

    assert carried_out(running) == ["dead-letters list: exit code 0"]


def test_a_resting_one_is_worked_on_in_its_folder(folder):
    assert command(folder, "dead-letters", "list") == (0, "0 parked", "")

    assert carried_out(folder) == []


def test_nobody_starts_an_instance_that_a_command_works_on(folder):
    with holding.alone(folder, holding.COMMAND):
        code, _, complaints = command(folder, "run")

    assert code == 1
    assert "A command is at work on" in in_both_languages(complaints)


@pytest.mark.parametrize("is_running", [True, False])
def test_a_refusal_comes_with_its_words_and_exit_code(request, folder, is_running):
    if is_running:
        request.getfixturevalue("running")

    reset = command(folder, "accounts", "reset-second-factor", "--login", "nobody")
    slip = command(folder, "replay", "--from", "sharing", "--to", "notify.on_rain")

    assert reset == (1, "", "Error: account")
    assert slip[0] == 2
    assert "no handler is called notify.on_rain" in slip[2]


def test_a_list_is_read_where_the_caller_stands(running, tmp_path):
    shutil.copy(LIST, tmp_path / LIST.name)

    code, said, complaints = command(running, "directory", "import", LIST.name, cwd=tmp_path)

    assert (code, complaints) == (0, "")
    assert said.startswith(f"{LIST.name}: mhlw_care_services")
    assert carried_out(running) == ["directory import: exit code 0"]


def test_a_list_that_only_the_caller_may_read_is_handed_over_open(running, tmp_path):
    shutil.copy(LIST, tmp_path / LIST.name)
    with (tmp_path / LIST.name).open("rb") as opened:
        (tmp_path / LIST.name).unlink()

        code = visit.carry_out(running, ["directory", "import", LIST.name], {LIST.name: opened.fileno()})

    assert code == 0


def test_a_backup_is_written_where_the_caller_stands(running, tmp_path):
    code, said, complaints = command(running, "backup", "city.backup", cwd=tmp_path)

    assert (code, complaints) == (0, "")
    assert said == f"city.backup: {(tmp_path / 'city.backup').stat().st_size} bytes"
    assert carried_out(running) == ["backup: exit code 0"]


def test_a_backup_that_is_broken_off_leaves_no_file(instance, running, tmp_path):
    with held_up(instance.database("sharing")):
        backing_up = started(running, "backup", "city.backup", cwd=tmp_path)
        eventually(lambda: list(tmp_path.iterdir()), 60)
        backing_up.send_signal(signal.SIGINT)
        backing_up.communicate(timeout=60)

    assert backing_up.returncode
    assert list(tmp_path.iterdir()) == []


def test_standard_input_is_the_callers(running):
    code, _, complaints = command(running, *LASTING, said="no JSON")

    assert code == 2
    assert "--known is not what" in complaints


def test_ctrl_c_ends_the_command(running):
    with lasting(running) as process:
        process.send_signal(signal.SIGINT)
        process.wait(30)

    assert process.returncode
    assert processes(running) == []


def test_a_command_ends_with_its_caller(running):
    with lasting(running) as process:
        process.kill()

        eventually(lambda: processes(running) == [], 30)


def test_two_commands_at_once_do_not_wait_for_each_other(running):
    with lasting(running) as first:
        second = command(running, "dead-letters", "list")
        first.communicate("[]", timeout=60)

    assert second[0] == 0
    assert first.returncode == 0


def test_a_command_ends_with_the_instance(folder):
    with holding.alone(folder), door.opened(folder, folder / "admin.log"), contextlib.ExitStack() as still:
        process = still.enter_context(lasting(folder))
        still.pop_all()

    process.communicate(timeout=60)
    assert process.returncode
    assert processes(folder) == []
    assert not places.admin_socket(folder).exists()


def test_an_instance_that_vanishes_is_told(folder):
    path = places.admin_socket(folder)
    path.parent.mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()

        code, _, complaints = command(folder, "dead-letters", "list")

    path.unlink()
    assert code == 1
    assert "what became of the command is not known" in in_both_languages(complaints)


def test_what_a_killed_instance_has_left_is_no_hindrance(folder):
    path = places.admin_socket(folder)
    path.parent.mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))

    resting = command(folder, "dead-letters", "list")
    with holding.alone(folder), door.opened(folder, folder / "admin.log"):
        again = command(folder, "dead-letters", "list")

    assert resting == again == (0, "0 parked", "")
    assert carried_out(folder) == ["dead-letters list: exit code 0"]


def test_a_command_waits_while_an_instance_can_neither_be_asked_nor_held(folder):
    with holding.alone(folder):
        process = started(folder, "dead-letters", "list")
        told = "".join(process.stderr.readline() for _ in "ab")

    out, _ = process.communicate(timeout=60)
    assert "waiting for it" in in_both_languages(told)
    assert (process.returncode, out.strip()) == (0, "0 parked")


def test_it_does_not_wait_for_ever(folder, monkeypatch):
    monkeypatch.setattr(reached, "PATIENCE_S", 0.2)

    with (
        holding.alone(folder),
        pytest.raises(Obstacle, match="was busy all the time"),
        reached.reached(folder, ["migrate"], {}),
    ):
        pass


def test_other_commands_do_not_come_in(running):
    assert asked(running, "restore", "file") == {"refused": "not now"}
    assert asked(running) == {"refused": "not now"}


def asked(folder, *words):
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rb") as lines:
        line.connect(str(places.admin_socket(folder)))
        wire.ask(line, words, {})
        return wire.read(lines)


def test_who_talks_nonsense_does_not_disturb_the_others(running):
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(places.admin_socket(running)))
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")

        assert command(running, "dead-letters", "list")[0] == 0


def test_nothing_of_a_person_is_noted(running):
    command(running, "directory", "find", "ishida")
    command(running, "accounts", "reset-second-factor", "--login", "ishida")

    noted = (running / "admin.log").read_text()
    assert "accounts reset-second-factor" in noted
    assert "ishida" not in noted


def test_a_deep_folder_is_reached(folder, tmp_path):
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 5)
    deep.mkdir(parents=True)

    with holding.alone(deep), door.opened(deep, deep / "admin.log"):
        assert visit.carry_out(deep, ["audit", "--help"], {}) == 0


_CONNECT = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


@pytest.mark.skipif(os.geteuid() != 0, reason="another account needs root")
def test_another_account_cannot_talk_to_it():
    home = Path(tempfile.mkdtemp(prefix="tsunagi-tests-"))
    home.chmod(0o755)
    path = places.admin_socket(home)
    with door.opened(home, home / "admin.log"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

        as_it_is = as_nobody(path)
        path.parent.chmod(0o755)
        in_an_open_folder = as_nobody(path)
        path.chmod(0o666)
        as_open_as_can_be = as_nobody(path)

    shutil.rmtree(home)
    assert as_it_is == in_an_open_folder == 1
    # Else it would be something else that keeps it out.
    assert as_open_as_can_be == 0


def as_nobody(path):
    """Return the exit code of somebody else who connects."""
    words = ["/usr/bin/python3", "-c", _CONNECT, path]
    return subprocess.run(
        words, user="nobody", group="nogroup", cwd="/", stderr=subprocess.DEVNULL
    ).returncode


def test_a_resting_instance_handles_later_what_is_sent(folder):
    code, said, complaints = command(folder, "dead-letters", "replay")

    assert (code, said) == (0, "0 sent again")
    assert complaints == "The instance rests: this is handled when it starts."


def test_the_doctor_says_whether_commands_reach_the_instance(running, folder):
    known = instances.load(folder)

    [there] = admin_socket(Place.of(known))

    assert there.state == "ok"


def test_the_doctor_misses_the_socket_only_while_the_pages_are_there(folder):
    known = instances.load(folder)

    resting = list(admin_socket(Place.of(known)))
    with socket.create_server(("127.0.0.1", known.ports["http"])):
        [working] = admin_socket(Place.of(known))

    assert resting == []
    assert (working.state, working.says) == (
        "warning",
        "the pages are there, but commands do not reach the instance",
    )
