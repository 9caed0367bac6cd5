"""The front-end packages: only what pages use, and nothing that an earlier version needed."""

import hashlib
import json

import pytest

from tsunagi.prepare import FOR_PAGES, WITH_TESTS, pages_are_current
from tsunagi.vendor import NEEDED, ROOT, put_files

PAGES = [*(ROOT / "gateway").rglob("*.html"), *(ROOT / "gateway" / "static").glob("*.css")]


def test_every_file_that_is_put_there_is_named_by_a_page():
    texts = "".join(path.read_text(encoding="utf-8") for path in PAGES)

    unused = {name for name in NEEDED.values() if "LICENSE" not in name and name not in texts}

    assert unused == set()


def test_every_package_for_pages_is_used_and_locked():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert {name for name in wanted if not any(path.startswith(f"{name}/") for path in NEEDED)} == set()
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [path for path, package in locked.items() if "resolved" in package] == []


def test_files_of_an_earlier_version_go(tmp_path):
    packages, target = tmp_path / "packages", tmp_path / "vendor"
    for source in NEEDED:
        (packages / source).parent.mkdir(parents=True, exist_ok=True)
        (packages / source).write_text("new")
    target.mkdir()
    (target / "old.min.js").write_text("old")
    (target / ".for-pages").write_text("mark")

    put_files(packages, target)

    assert {path.name for path in target.iterdir()} == {*NEEDED.values(), ".for-pages"}


@pytest.mark.parametrize(
    ("mark", "dev", "enough"),
    [(FOR_PAGES, False, True), (FOR_PAGES, True, False), (WITH_TESTS, False, True), (WITH_TESTS, True, True)],
)
def test_running_takes_nothing_away_that_was_fetched_for_tests(tmp_path, mark, dev, enough):
    lock = tmp_path / "package-lock.json"
    lock.write_text("{}")
    (tmp_path / mark).write_text(hashlib.sha256(b"{}").hexdigest())

    assert pages_are_current(tmp_path, lock, dev=dev) is enough

    lock.write_text('{"newer": true}')
    assert not pages_are_current(tmp_path, lock, dev=dev)
