"""The table of complaints names tests that there are, and leaves no thread out."""

import re

from tsunagi.vendor import ROOT

TABLE = (ROOT / "docs" / "complaints.md").read_text("utf-8")
LINES = [line.split("|")[1:-1] for line in TABLE.splitlines() if re.match(r"\| \d", line)]
NAMED = re.compile(r"`(test_\w+\.py)(?:::(test_\w+))?`")


def _tests_in(file):
    found = list(ROOT.glob(f"tests/**/{file}"))
    return {name for path in found for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))}


def test_every_thread_is_answered():
    assert [int(cells[0]) for cells in LINES] == list(range(1, 26))


def test_every_test_that_is_named_exists():
    named = NAMED.findall(TABLE)

    assert len(named) > 30
    assert [(file, name) for file, name in named if name and name not in _tests_in(file)] == []
    assert [file for file, _ in named if not _tests_in(file)] == []


def test_only_what_is_said_not_to_be_built_has_no_test():
    without = [cells for cells in LINES if not NAMED.search(cells[4])]

    assert all("not built yet" in cells[3] for cells in without)
