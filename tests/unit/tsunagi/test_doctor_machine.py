"""What `tsunagi doctor` says of Python, disk, folder and the files with secrets."""

import tomllib
from pathlib import Path

import pytest

from tsunagi.doctor import machine
from tsunagi.doctor.secret_files import secret_files

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 10, 9), "failed"), ((3, 11, 0), "ok"), ((3, 12, 4), "ok"), ((3, 13, 0), "failed")],
)
def test_python_has_to_fit(place, version, state, one):
    assert one(machine.python(place, version)).state == state


def test_the_versions_of_python_are_those_of_the_package():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]

    assert wanted == ">={}.{},<{}.{}".format(*machine.OLDEST, *machine.TOO_NEW)


@pytest.mark.parametrize(
    ("free", "state"),
    [(2_000_000_000, "ok"), (1_999_999_999, "warning"), (200_000_000, "warning"), (199_999_999, "failed")],
)
def test_a_disk_needs_room(free, state):
    assert machine.room(Path("/data"), free).state == state


def test_the_disk_of_the_folder_is_looked_at(place):
    assert [each.check for each in machine.disk(place)] == ["disk"]


def test_a_folder_that_can_be_written_is_left_as_it_was(made, place, one):
    before = sorted(made.folder.iterdir())

    assert one(machine.folder(place)).state == "ok"
    assert sorted(made.folder.iterdir()) == before


def test_a_folder_that_cannot_be_written_is_told(made, place, one):
    # Where even root may make no file.
    made.folder = Path("/proc")

    found = one(machine.folder(place))

    assert (found.state, bool(found.do)) == ("failed", True)


def test_new_secret_files_are_closed(place, one):
    assert one(secret_files(place)).says == "10 files are readable by their owner only"


@pytest.mark.parametrize(
    "name",
    [
        "instance.json",
        "keys/sharing/sharing.pem",
        "keys/accounts/second_factor.keys",
        "keys/notify/addresses.keys",
    ],
)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_file_that_is_open_to_others_is_named(made, place, name, mode, one):
    (made.folder / name).chmod(mode)

    found = one(secret_files(place))

    assert (found.state, found.do) == ("failed", f"chmod 600 {made.folder / name}")
