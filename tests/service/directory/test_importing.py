from datetime import date

import pytest
from sqlalchemy.exc import SQLAlchemyError

from contracts.errors import Conflict, Invalid
from services.directory import jobs
from services.directory.importers import portion, run, undo_last
from tests.service.directory.conftest import LISTS

NONE = dict.fromkeys(("read", "new", "changed", "unchanged", "unlisted", "refused", "duplicates"), 0)
AT_ONCE = {"as_of": date(2026, 6, 30)}


def test_a_first_import_adds_every_row(directory):
    report = directory.load("jigyosho_730.csv", **AT_ONCE)

    assert report.counts() == {**NONE, "read": 5, "new": 5}
    assert directory.count("facility") == directory.count("facility_service") == 5
    assert report.warnings == {
        "not_a_url": 2,
        "url_without_scheme": 1,
        "no_coordinates": 1,
        "outside_japan": 2,
        "far_from_municipality": 1,
        "phone_without_area_code": 1,
        "phone_zero_restored": 1,
    }


def test_importing_again_changes_nothing(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    before = directory.database.rows("SELECT * FROM facility ORDER BY number")
    facts = len(directory.facts())

    report = directory.load("jigyosho_730.csv", **AT_ONCE)

    assert report.counts() == {**NONE, "read": 5, "unchanged": 5}
    assert directory.database.rows("SELECT * FROM facility ORDER BY number") == before
    assert len(directory.facts()) == facts
    assert (directory.count("source"), directory.count("import_run")) == (1, 2)


def test_a_newer_list_changes_adds_and_unlists_but_deletes_nothing(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)

    report = directory.load("jigyosho_730_20261231.csv")

    assert report.counts() == {**NONE, "read": 5, "new": 1, "changed": 2, "unchanged": 2, "unlisted": 1}
    gone = directory.services("08B0000012")["730"]
    assert (gone["is_listed"], gone["unlisted_since"] is not None) == (False, True)
    assert directory.facility("08B0000012")["is_listed"] is False
    assert directory.facility("0890000011")["phone"] == "000-000-0077"


def test_what_comes_back_into_the_list_is_listed_again(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    directory.load("jigyosho_730_20261231.csv")

    report = directory.load("jigyosho_730.csv", as_of=date(2027, 6, 30))

    assert directory.services("08B0000012")["730"]["unlisted_since"] is None
    assert directory.facility("08B0000012")["is_listed"] is True
    assert (report.changed, report.unlisted) == (3, 1)


def test_others_hear_of_what_they_know_and_of_nothing_else(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    first = directory.facts()

    directory.load("jigyosho_730_20261231.csv")

    later = [(revision, data["name"], data["is_listed"]) for revision, data in directory.facts()[5:]]
    assert [revision for revision, _ in first] == [1, 1, 1, 1, 1]
    # The changed phone of 架空の里 is no fact: nobody else keeps phones.
    assert sorted(later, key=str) == [
        (1, "架空の新しい家", True),
        (2, "かくう小規模ホーム", False),
        (2, "日立ヴィラ", True),
    ]


def test_a_fact_carries_the_public_state_whole(directory):
    directory.load("jigyosho_770.csv", **AT_ONCE)

    [(_, data)] = directory.facts()

    assert data["facility_id"] == str(directory.facility("0890000011")["facility_id"])
    assert (data["kind"], data["name"], data["services"]) == ("care_office", "架空の里みと看護", ["770"])
    assert data["hours"]["is_provisional"] is True
    assert data["hours"]["weekly"]["mon"] == [{"opens": "09:00", "closes": "17:00"}]


def test_one_office_keeps_each_services_own_name_and_phone(directory):
    directory.load("jigyosho_770.csv", **AT_ONCE)
    directory.load("jigyosho_730.csv", **AT_ONCE)

    services = directory.services("0890000011")
    facility = directory.facility("0890000011")

    assert {code: (row["name"], row["phone"]) for code, row in services.items()} == {
        "730": ("架空の里　みと", "000-000-0001"),
        "770": ("架空の里みと看護", "000-000-0009"),
    }
    # The lowest code is shown, whichever list came last; searching finds both names.
    assert (facility["name"], facility["phone"]) == ("架空の里　みと", "000-000-0001")
    assert directory.facts()[-5][1]["services"] == ["730", "770"]


def test_a_list_of_one_service_unlists_no_other_service(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)

    report = directory.load("jigyosho_770.csv", **AT_ONCE)

    assert (report.new, report.unlisted) == (1, 0)


def test_a_list_without_columns_leaves_what_they_told(directory):
    directory.load("jigyosho_730.csv", as_of=date(2025, 1, 31))

    report = directory.load("730_small_multi_20250601.csv")

    assert report.counts() == {**NONE, "read": 5, "unchanged": 5}
    stored = directory.services("0890000011")["730"]
    assert (stored["fax"], stored["original"]["number"]) == ("000-000-0002", "890000011")


def test_lost_zeros_make_no_second_office(directory):
    directory.load("730_small_multi_20250601.csv")

    directory.load("jigyosho_730.csv", **AT_ONCE)

    assert directory.count("facility") == 5


def test_bad_and_repeated_rows_are_counted_and_the_others_arrive(directory):
    report = directory.load("bad_rows.csv", **AT_ONCE)

    assert report.counts() == {**NONE, "read": 10, "new": 2, "refused": 6, "duplicates": 2}
    assert report.adds_up
    kept = directory.database.rows(
        "SELECT row, reason, action, value FROM import_refusal ORDER BY row, reason"
    )
    assert [(row["row"], row["reason"], row["action"]) for row in kept if row["action"] != "unplaced"] == [
        (3, "repeated_row", "duplicate"),
        (4, "repeated_key_other_content", "duplicate"),
        (5, "number_missing", "refused"),
        (6, "name_missing", "refused"),
        (7, "service_unknown", "refused"),
        (8, "wrong_cell_count", "refused"),
        (9, "number_too_long", "refused"),
        (10, "bad_character", "refused"),
        (11, "not_a_url", "kept"),
    ]
    assert directory.facility("0890000011")["phone"] == "000-000-0001"


def test_a_row_that_is_refused_is_not_missing(directory, tmp_path):
    directory.load("jigyosho_730.csv", **AT_ONCE)

    text = (LISTS / "jigyosho_730.csv").read_text("utf-8-sig").replace("かくう小規模ホーム", "")
    report = directory.load(saved(tmp_path / "jigyosho_730.csv", text), as_of=date(2026, 12, 31))

    assert (report.refused, report.unlisted) == (1, 0)


def test_a_dry_run_counts_the_same_and_writes_nothing(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    tables = ("facility", "facility_service", "source", "import_run", "import_refusal", "outbox")
    before = {table: directory.count(table) for table in tables}

    dry = directory.load("jigyosho_730_20261231.csv", dry_run=True)

    assert {table: directory.count(table) for table in tables} == before
    assert directory.facility("0890000011")["phone"] == "000-000-0001"
    real = directory.load("jigyosho_730_20261231.csv")
    assert (dry.counts(), dry.warnings) == (real.counts(), real.warnings)


def test_an_extract_unlists_nobody(directory, tmp_path):
    many = a_list(range(40))
    directory.load(saved(tmp_path / "all.csv", many), **AT_ONCE)

    report = directory.load(saved(tmp_path / "some.csv", a_list(range(3))), as_of=date(2026, 12, 31))

    assert (report.unlisted, report.warnings["looks_like_an_extract"]) == (0, 1)
    assert directory.database.scalar("SELECT count(*) FROM facility WHERE is_listed") == 40


def test_a_list_of_one_prefecture_unlists_nobody_elsewhere(directory, tmp_path):
    directory.load("jigyosho_730.csv", **AT_ONCE)

    report = directory.load(saved(tmp_path / "ibaraki.csv", a_list(range(1))), as_of=date(2026, 12, 31))

    unlisted = directory.database.rows("SELECT municipality FROM facility WHERE NOT is_listed")
    assert report.unlisted == 3
    assert {row["municipality"] for row in unlisted} == {"082015"}


def test_a_list_that_breaks_off_unlists_nobody(directory, tmp_path):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    broken = a_list(range(2)) + '"' + "x" * 200_000

    report = directory.load(saved(tmp_path / "broken.csv", broken), as_of=date(2026, 12, 31))

    assert report.counts() == {**NONE, "read": 3, "new": 2, "refused": 1}
    assert report.adds_up


def test_an_older_list_is_noticed_and_refused(directory):
    directory.load("jigyosho_730_20261231.csv")

    assert directory.refuses("jigyosho_730.csv", Conflict, **AT_ONCE) == "older_than_present"
    assert directory.count("import_run") == 1


def test_an_older_list_can_be_insisted_on_but_unlists_nobody(directory):
    directory.load("jigyosho_730_20261231.csv")

    report = directory.load("jigyosho_730.csv", allow_older=True, **AT_ONCE)

    assert (report.warnings["older_than_present"], report.unlisted, report.new) == (1, 0, 1)


def test_every_value_names_its_source_date_and_licence(directory):
    directory.load("01-1_hospital_facility_info_20250601.csv")

    [source] = directory.database.rows(
        "SELECT source.* FROM source JOIN facility USING (source_id) WHERE number = '0819900000010'"
    )

    assert (source["as_of"], source["publisher"]) == (date(2025, 6, 1), "厚生労働省")
    assert source["licence"] == "公共データ利用規約（第1.0版）"
    assert source["file_name"] == "01-1_hospital_facility_info_20250601.csv"


def test_hospitals_of_two_layouts_are_one(directory):
    directory.load("01-1_hospital_facility_info_20250401.csv")

    report = directory.load("01-1_hospital_facility_info_20250601.csv")

    assert report.counts() == {**NONE, "read": 3, "changed": 2, "refused": 1}
    assert directory.facility("0819900000010")["kind"] == "hospital"
    assert directory.services("0819900000010")["hospital"]["details"]["beds_total"] == "300"


def test_a_large_list_goes_in_by_portions(directory, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "PORTION", 7)

    report = directory.load(saved(tmp_path / "many.csv", a_list(range(50))), **AT_ONCE)

    assert report.counts() == {**NONE, "read": 50, "new": 50}
    assert len(directory.facts()) == 50


def test_a_repeated_row_is_found_across_portions(directory, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "PORTION", 7)

    report = directory.load(saved(tmp_path / "many.csv", a_list([*range(20), *range(20)])), **AT_ONCE)

    assert report.counts() == {**NONE, "read": 40, "new": 20, "duplicates": 20}


def test_an_import_that_breaks_in_the_middle_is_finished_by_the_next(directory, tmp_path, monkeypatch):
    path = saved(tmp_path / "many.csv", a_list(range(20)))
    monkeypatch.setattr(run, "PORTION", 7)
    with monkeypatch.context() as broken:
        broken.setattr(portion.Portion, "keep_refusals", fails_at(3))
        with pytest.raises(SQLAlchemyError):
            directory.load(path, **AT_ONCE)
    # What a portion changed and what it told of are there together or not at all.
    assert directory.count("facility") == len(directory.facts()) == 14

    report = directory.load(path, **AT_ONCE)

    assert report.counts() == {**NONE, "read": 20, "new": 6, "unchanged": 14}
    assert len(directory.facts()) == 20


def test_the_last_import_can_be_undone(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    kept = "SELECT number, name, phone, original, source_id, is_listed FROM facility_service ORDER BY number"
    before = directory.database.rows(kept)
    directory.load("jigyosho_730_20261231.csv")

    done = undo_last(directory.url)

    after = directory.database.rows(kept)
    assert done == {"file_name": "jigyosho_730_20261231.csv", "restored": 5, "unlisted": 1}
    assert [row for row in after if row["number"] != "0890000016"] == before
    # Whoever was told of the new office is told that it is gone; it is not deleted.
    assert directory.facility("0890000016")["is_listed"] is False
    assert {data["name"]: data["is_listed"] for _, data in directory.facts()[-3:]} == {
        "かくう小規模ホーム": True,
        "架空の新しい家": False,
        "⽇⽴ゔぃら": True,
    }


def test_an_import_is_undone_once_and_only_the_last_one(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    directory.load("jigyosho_730_20261231.csv")
    undo_last(directory.url)

    with pytest.raises(Conflict) as refusal:
        undo_last(directory.url)

    assert refusal.value.reason == "nothing_to_undo"


def test_an_undone_list_can_be_imported_again(directory):
    directory.load("jigyosho_730.csv", **AT_ONCE)
    directory.load("jigyosho_730_20261231.csv")
    undo_last(directory.url)

    report = directory.load("jigyosho_730_20261231.csv")

    assert report.counts() == {**NONE, "read": 5, "changed": 3, "unchanged": 2, "unlisted": 1}


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n"])
def test_a_file_of_another_kind_leaves_no_trace(directory, tmp_path, content):
    path = saved(tmp_path / "other.csv", content)

    assert directory.refuses(path, Invalid) in ("file_empty", "layout_unknown")
    assert directory.count("import_run") == directory.count("source") == 0


def test_a_missing_file_is_said_to_be_missing(directory, tmp_path):
    assert directory.refuses(tmp_path / "nowhere.csv", Invalid) == "file_missing"


def test_the_worker_imports_and_keeps_the_report(directory):
    payload = {"path": str(LISTS / "jigyosho_730.csv"), "as_of": "2026-06-30"}

    done = jobs.JOBS["import_facilities"](directory.db, payload)

    assert (done["new"], done["as_of"], done["encoding"]) == (5, "2026-06-30", "utf-8-sig")
    assert done["problems"][0].keys() == {"row", "column", "value", "reason", "action"}


def test_the_worker_is_told_why_a_file_is_refused(directory, tmp_path):
    path = saved(tmp_path / "other.csv", "a,b\n1,2\n")

    done = jobs.JOBS["import_facilities"](directory.db, {"path": str(path)})

    assert done == {"problem": {"code": "invalid", "reason": "layout_unknown", "fields": {}}}


def test_the_migrations_make_what_the_models_say(directory):
    assert directory.migration_gaps() == []


def saved(path, text):
    path.write_text(text, "utf-8", newline="")
    return path


def a_list(numbers):
    """A list of 小規模多機能 in 水戸市 with these running numbers."""
    header = "都道府県コード又は市町村コード,事業所名,サービスの種類,事業所番号\n"
    return header + "".join(f"082015,架空の家{n},小規模多機能型居宅介護,08900{n:05}\n" for n in numbers)


def fails_at(call):
    """Return a method that raises at its `call`-th call and does nothing before."""
    calls = iter(range(1, call + 1))

    def method(self, problems):
        if next(calls) == call:
            raise SQLAlchemyError("asked to fail")

    return method
