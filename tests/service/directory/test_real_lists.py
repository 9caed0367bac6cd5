"""The official lists themselves, when they are at hand: TSUNAGI_DATA, or `../shared/data`."""

import os
import resource
import time
from datetime import date
from pathlib import Path

import pytest

from services.directory.municipalities import with_wards

DATA = Path(os.environ.get("TSUNAGI_DATA") or Path(__file__).parents[4] / "shared" / "data")
SAGAMIHARA, MITO = "141500", "082015"
DECEMBER = date(2025, 12, 31)

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the official lists are not here: set TSUNAGI_DATA to their folder"
)

HOSPITALS = DATA / "medical-navii-202506-resaved" / "01-1_hospital_facility_info_20250601.csv.gz"
NATIONAL = DATA / "kaigo-mhlw-national"
FIVE = DATA / "kaigo-mhlw-5pref"
JUNE = DATA / "kaigo-mhlw-202506-resaved"


def in_city(directory, municipality, service):
    codes = ", ".join(f"'{code}'" for code in with_wards(municipality))
    return directory.database.scalar(
        f"SELECT count(*) FROM facility_service WHERE municipality IN ({codes}) AND service = :service",
        service=service,
    )


@pytest.fixture(scope="module")
def hospitals(kept_directory):
    """All hospitals in an empty directory, how they came and how fast; first, before others clear it."""
    started = time.monotonic()
    report = kept_directory.load(HOSPITALS)
    return kept_directory, report, report.read / (time.monotonic() - started)


@pytest.mark.alone
def test_every_hospital_of_the_country(hospitals):
    directory, report, rows_per_s = hospitals

    assert (report.read, report.new, report.refused) == (7587, 7587, 0)
    assert report.adds_up
    assert report.warnings["no_coordinates"] == 270
    assert report.warnings["municipality_unknown"] == 1
    assert in_city(directory, SAGAMIHARA, "hospital") == 28
    assert in_city(directory, MITO, "hospital") == 24
    assert rows_per_s > 500
    assert directory.load(HOSPITALS).unchanged == 7587


def test_hospitals_as_published_join_those_passed_on(hospitals):
    directory, _, _ = hospitals

    sample = "01-1_hospital_facility_info_20250601_sample.csv"
    report = directory.load(DATA / "medical-navii-genuine-sample" / sample)

    # The same hospitals, of which the full layout tells more.
    assert (report.read, report.changed, report.unlisted) == (8, 8, 0)
    assert directory.services("0111010000010")["hospital"]["details"]["beds_total"] == "848"


def test_every_small_multifunctional_home_of_the_country(directory):
    report = directory.load(NATIONAL / "jigyosho_730.csv.gz", as_of=DECEMBER)
    nursing = directory.load(NATIONAL / "jigyosho_770.csv.gz", as_of=DECEMBER)

    assert (report.read, report.new) == (5451, 5451)
    assert (nursing.read, nursing.new) == (1106, 1106)
    assert report.adds_up
    assert nursing.adds_up
    assert (in_city(directory, SAGAMIHARA, "730"), in_city(directory, MITO, "730")) == (27, 5)
    assert (in_city(directory, SAGAMIHARA, "770"), in_city(directory, MITO, "770")) == (8, 5)
    # An extract of five prefectures is the same list, and unlists nobody.
    part = directory.load(FIVE / "jigyosho_730.csv", as_of=DECEMBER)
    assert (part.read, part.unchanged, part.unlisted) == (710, 710, 0)


@pytest.mark.parametrize(
    ("june", "december", "new", "gone"),
    [
        ("550_care_medical_institute_20250601.csv", "jigyosho_550.csv.gz", 26, 8),
        ("710_night_home_help_20250601.csv", "jigyosho_710.csv.gz", 5, 3),
        ("760_regular_patrol_nursing_20250601.csv", "jigyosho_760.csv.gz", 74, 19),
    ],
)
def test_half_a_year_makes_believable_changes(directory, june, december, new, gone):
    directory.load(JUNE / june)

    report = directory.load(NATIONAL / december, as_of=DECEMBER)

    assert (report.new, report.unlisted) == (new, gone)
    assert report.adds_up


def test_a_key_that_one_list_holds_twice_is_counted_once(directory):
    report = directory.load(NATIONAL / "jigyosho_170.csv.gz", as_of=DECEMBER)

    assert (report.read, report.new, report.duplicates) == (7042, 7041, 1)


def test_a_long_list_needs_no_more_memory_than_a_short_one(directory):
    directory.load(FIVE / "jigyosho_770.csv", as_of=DECEMBER)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    directory.load(NATIONAL / "jigyosho_160.csv.gz", as_of=DECEMBER)

    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 60


@pytest.mark.long
def test_every_list_at_hand_adds_up(directory):
    lists = [*sorted(NATIONAL.glob("*.csv.gz")), *sorted(FIVE.glob("*.csv")), *sorted(JUNE.glob("*.csv*"))]

    for path in lists:
        report = directory.load(path, allow_older=True)
        assert report.adds_up, path.name
        assert report.refused == 0, path.name
    assert directory.count("facility") > 30_000
