import csv
import gzip
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import Invalid
from services.directory.importers.layouts import recognise
from services.directory.importers.record import Record
from services.directory.importers.report import Problem

LISTS = Path(__file__).parents[2] / "fixtures" / "directory"
ORDINARY = LISTS / "jigyosho_730.csv"


def readings(path):
    return list(recognise(path).readings())


def numbers(path):
    return [record.number for record in readings(path)]


def saved(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def plain_text():
    """The ordinary list in characters that every encoding has, without its byte order mark."""
    text = ORDINARY.read_bytes().decode("utf-8-sig")
    for foreign, common in (("⽇⽴ゔ", "日立ヴ"), ("鷗", "鴎"), ("\u00a0", " "), ("\u2028", "")):
        text = text.replace(foreign, common)
    return text


def test_a_byte_order_mark_does_not_hide_the_first_column():
    assert [record.values["municipality"] for record in readings(ORDINARY)] == [
        "082015",
        "082015",
        "082015",
        "141518",
        "141534",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_encoding_is_found_by_trying(tmp_path, encoding):
    path = saved(tmp_path / "jigyosho_730.csv", plain_text().encode(encoding))

    found = recognise(path)

    assert found.file.encoding == ("cp932" if encoding == "cp932" else "utf-8-sig")
    assert [record.values["name"] for record in found.readings()][2] == "日立ヴぃら"


def test_a_character_cut_by_a_chunk_of_the_file_is_read_whole(tmp_path):
    padding = "x" * (65536 - len("事業所番号,事業所名,サービスの種類,備考\n1,".encode()) - 1)
    text = f"事業所番号,事業所名,サービスの種類,備考\n1,{padding}架空,訪問介護,\n"

    assert len(readings(saved(tmp_path / "a.csv", text))) == 1


def test_gzip_and_zip_are_opened(tmp_path):
    zipped = tmp_path / "jigyosho_730.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(ORDINARY, "folder/jigyosho_730.csv")
    gzipped = saved(tmp_path / "jigyosho_730.csv.gz", gzip.compress(ORDINARY.read_bytes()))

    assert numbers(zipped) == numbers(gzipped) == numbers(ORDINARY)


def test_line_breaks_and_separators_stay_inside_their_cell():
    third = readings(ORDINARY)[2]

    assert third.details["open_days_note"] == "第一行\n第二行\u2028同じ行\n終わり"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(tmp_path, end):
    lines = ["事業所番号,事業所名,サービスの種類", "0890000011,架空,訪問介護", "", "0890000012,架空,訪問介護"]

    found = readings(saved(tmp_path / "a.csv", end.join(lines)))

    assert [(record.number, record.row) for record in found] == [("0890000011", 2), ("0890000012", 4)]


def test_lines_above_the_header_and_type_rows_below_it_are_passed_over():
    found = readings(LISTS / "730_with_preamble.csv")

    assert [(record.number, record.row) for record in found] == [("0890000011", 7), ("08B0000012", 8)]


def test_columns_are_found_by_name_in_any_order_width_and_spacing(tmp_path):
    text = "備考 ,ＵＲＬ,事業所番号,知らない列,サービスの　種類,事業所名\n,,0890000011,?,訪問介護,架空\n"

    [record] = readings(saved(tmp_path / "a.csv", text))

    assert (record.key, record.values["name"]) == (("0890000011", "110"), "架空")


def test_a_list_without_a_column_says_nothing_about_it():
    short = LISTS / "730_small_multi_20250601.csv"

    assert recognise(short).missing_columns()[:3] == ["FAX番号", "法人番号", "法人の名称"]
    assert all("fax" not in record.values for record in readings(short))


def test_zeros_that_a_spreadsheet_took_are_put_back_and_reported():
    record = readings(LISTS / "730_small_multi_20250601.csv")[0]

    assert (record.number, record.values["municipality"]) == ("0890000011", "082015")
    assert {(problem.column, problem.value, problem.reason) for problem in record.problems} == {
        ("都道府県コード又は市町村コード", "82015", "municipality_zero_restored"),
        ("事業所番号", "890000011", "number_zero_restored"),
    }
    assert (record.original["number"], record.original["municipality"]) == ("890000011", "82015")


def test_what_was_written_is_kept_beside_what_was_made_of_it():
    second = readings(ORDINARY)[1]

    assert (second.values["phone"], second.values["url"], second.details["capacity"]) == (
        "000-000-0003",
        "",
        None,
    )
    assert second.original == {
        "phone": "０００－０００－０００３　",
        "url": "info@example.jp",
        "latitude": "0.000000000000000",
        "longitude": "0.000000000000000",
    }


def test_names_are_shown_as_written():
    assert readings(ORDINARY)[2].values["name"] == "⽇⽴ゔぃら"


def test_each_bad_row_is_refused_with_its_cell_and_the_others_are_read():
    found = readings(LISTS / "bad_rows.csv")
    refused = [problem for problem in found if isinstance(problem, Problem)]

    assert [(problem.row, problem.column, problem.reason) for problem in refused] == [
        (5, "事業所番号", "number_missing"),
        (6, "事業所名", "name_missing"),
        (7, "サービスの種類", "service_unknown"),
        (8, "", "wrong_cell_count"),
        (9, "事業所番号", "number_too_long"),
        (10, "事業所名", "bad_character"),
    ]
    assert len(found) == 10


def test_a_file_whose_name_tells_the_service_may_name_it_in_its_own_words(tmp_path):
    text = "事業所番号,事業所名,サービスの種類\n0890000011,架空,小多機\n"

    [record] = readings(saved(tmp_path / "jigyosho_730.csv", text))

    assert (record.service, record.problems[1].reason) == ("730", "service_name_unknown")


def test_a_quote_that_never_ends_ends_the_reading_with_a_problem(tmp_path):
    rows = "\n".join(f"08900{n:05},架空,訪問介護" for n in range(9000))
    text = (
        f'事業所番号,事業所名,サービスの種類\n0890000011,架空,訪問介護\n0890000012,"架空,訪問介護\n{rows}\n'
    )
    found = recognise(saved(tmp_path / "a.csv", text))

    first, second = found.readings()

    assert (first.number, second.reason, found.is_whole) == ("0890000011", "unreadable_from_here", False)


def test_hospitals_as_published_and_as_passed_on_are_the_same_hospitals():
    published = readings(LISTS / "01-1_hospital_facility_info_20250601.csv")
    passed_on = readings(LISTS / "01-1_hospital_facility_info_20250401.csv")

    assert [record.key for record in passed_on] == [record.key for record in published[:2]]
    assert [record.key for record in passed_on] == [
        ("0819900000010", "hospital"),
        ("14X0BYJTX0001", "hospital"),
    ]


def test_a_hospitals_ward_is_read_from_its_address_when_the_code_tells_only_the_city():
    _, second, _ = readings(LISTS / "01-1_hospital_facility_info_20250601.csv")

    assert second.values["municipality"] == "141534"


def test_a_hospitals_beds_and_closing_days_are_kept_as_written():
    first = readings(LISTS / "01-1_hospital_facility_info_20250601.csv")[0]

    assert (first.details["beds_total"], first.details["closed_otherwise"]) == ("300", "12月29日\n12月30日")
    assert (first.details["closed_weekly_日"], first.details["closed_weekly_月"]) == ("0", "")


def test_a_kind_of_institution_that_is_no_facility_of_ours_is_refused():
    third = readings(LISTS / "01-1_hospital_facility_info_20250601.csv")[2]

    assert (third.column, third.value, third.reason) == ("機関区分", "4", "kind_unknown")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file_empty"),
        (b"a,b\n1,2\n", "layout_unknown"),
        (b"\x81\x81,\xff\xfe\xfd\x80\x00\n\x82", "encoding_unknown"),
        (b"\x1f\x8b\x08\x00broken", "file_broken"),
        (gzip.compress(b"a" * 100_000, mtime=0)[:60], "file_broken"),
        (b"PK\x03\x04broken", "file_broken"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(tmp_path, content, reason):
    with pytest.raises(Invalid) as refusal:
        recognise(saved(tmp_path / "a.csv", content))

    assert refusal.value.reason == reason


def test_a_spreadsheet_and_an_archive_of_several_files_are_told_apart(tmp_path):
    for names, reason in (
        (["[Content_Types].xml", "xl/workbook.xml"], "spreadsheet_not_csv"),
        (["a.csv", "b.csv"], "archive_needs_one_file"),
    ):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        with pytest.raises(Invalid) as refusal:
            recognise(path)
        assert refusal.value.reason == reason


def test_a_file_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("services.directory.importers.reading.LARGEST_BYTES", 1_000_000)

    with pytest.raises(Invalid) as refusal:
        recognise(saved(tmp_path / "a.gz", gzip.compress(b"0" * 2_000_000)))

    assert refusal.value.reason == "file_too_large"


A_CELL = st.text(max_size=40) | st.sampled_from(
    ["0", "-218.04", "〒", "http://[", "９" * 70, "1e400", "٣", "²"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(A_CELL, max_size=26), max_size=6), st.sampled_from(["utf-8-sig", "cp932"]))
def test_whatever_the_cells_hold_a_row_is_read_or_refused(tmp_path_factory, rows, encoding):
    path = tmp_path_factory.mktemp("lists") / "jigyosho_730.csv"
    header = (LISTS / "jigyosho_730.csv").read_text("utf-8-sig").split("\n", 1)[0].strip().split(",")
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        csv.writer(file).writerows([header, *rows])

    found = readings(path)

    assert len(found) <= len(rows)
    assert all(isinstance(each, Record | Problem) for each in found)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_a_file_is_read_or_refused(tmp_path_factory, content):
    path = saved(tmp_path_factory.mktemp("lists") / "any.csv", content)

    with suppress(Invalid):
        readings(path)
