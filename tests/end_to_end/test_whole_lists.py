"""Every official list of the country through the command line into a running instance; then once more.

出典: 「介護サービス情報公表システム（厚生労働省）」「医療情報ネット（厚生労働省）」
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA = Path(os.environ.get("TSUNAGI_DATA") or Path(__file__).parents[3] / "shared" / "data")
CARE = DATA / "kaigo-mhlw-national"
HOSPITALS = DATA / "medical-navii-202506-resaved" / "01-1_hospital_facility_info_20250601.csv.gz"
OUTCOMES = ("new", "changed", "unchanged", "refused", "duplicates")
# More than the smallest list takes; the largest is thirty times as long.
MORE_MB = 80

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(not CARE.is_dir(), reason=f"the official lists are not at {DATA}: set TSUNAGI_DATA"),
]


@dataclass(frozen=True)
class Import:
    """What the command said, and the most memory that its process held."""

    report: dict
    peak_mb: float


def import_list(instance, file, *options):
    command = [sys.executable, "-m", "tsunagi", "directory", "import", str(file), "--json", *options]
    child = subprocess.Popen(
        command, env=instance.instance.admin_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = child.stdout.read().decode()
    child.stdout.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, f"{file.name}: {said}"
    return Import(json.loads(said.splitlines()[-1]), usage.ru_maxrss / 1024)


def import_all(instance):
    files = [*sorted(CARE.glob("jigyosho_*.csv*")), HOSPITALS]
    assert len(files) > 20
    care = [import_list(instance, file, "--as-of", "2025-12-31") for file in files[:-1]]
    return [*care, import_list(instance, files[-1])]


@pytest.fixture(scope="module")
def first(stack, instance):
    done = import_all(instance)
    # The services hear of every entry one by one: tens of thousands of facts, each heard three times.
    instance.broker.settle(1800)
    return done


def facilities_of(stack, service, table, id, where="true"):
    return {
        str(row["id"])
        for row in stack.database(service).rows(f"SELECT {id} AS id FROM {table} WHERE {where}")
    }


def test_every_row_is_accounted_for(first, stack):
    for done in first:
        assert sum(done.report[each] for each in OUTCOMES) == done.report["read"], done.report["file"]
        assert done.report["refused"] == 0, done.report["problems"][:5]
    new = sum(done.report["new"] for done in first)
    # One row is one service at one facility.
    services = stack.database("directory").scalar("SELECT count(*) FROM facility_service WHERE is_listed")
    assert services >= new > 30_000


def test_a_long_list_takes_no_more_memory_than_a_short_one(first):
    by_length = sorted(first, key=lambda done: done.report["read"])

    assert by_length[-1].report["read"] > 20 * by_length[0].report["read"]
    assert max(done.peak_mb for done in first) < by_length[0].peak_mb + MORE_MB


def test_every_facility_is_known_by_all_who_hear_of_it(first, stack):
    known = facilities_of(stack, "directory", "facility", "facility_id")

    assert len(known) > 20_000
    assert facilities_of(stack, "notify", "office", "office_id", "hours IS NOT NULL") == known
    assert facilities_of(stack, "sharing", "facility", "facility_id") == known
    assert facilities_of(stack, "accounts", "office", "office_id") == known
    assert stack.broker.dead_letters() == {}


def test_the_same_lists_once_more_change_nothing(first, stack, instance):
    said = "SELECT count(*) FROM outbox"
    before = stack.database("directory").scalar(said)

    again = import_all(instance)

    assert [
        (done.report["file"], done.report[name])
        for done in again
        for name in ("new", "changed", "unlisted")
        if done.report[name]
    ] == []
    assert [done.report["unchanged"] + done.report["duplicates"] for done in again] == [
        done.report["read"] for done in again
    ]
    assert stack.database("directory").scalar(said) == before
