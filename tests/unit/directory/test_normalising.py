import pytest

from services.directory import normalise
from services.directory.normalise import Position, link, matching_text, phone, position, restore_zero


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("架空の里　みと", "架空の里みと"),
        ("ｶｸｳﾎｰﾑﾐﾅﾐ", "カクウホームみなみ"),
        ("⽇⽴ゔぃら", "日立ヴィラ"),
        ("⻘森市", "青森市"),
        ("龍ヶ崎", "竜ケ崎"),
        ("塩竈", "塩釜"),
        ("１－２‐３", "1-2-3"),
        ("ABC\u00a0ホーム", "ａｂｃホーム"),
    ],
)
def test_two_spellings_of_one_name_match(written, searched):
    assert matching_text(written) == matching_text(searched)


def test_different_names_do_not_match():
    assert matching_text("架空の里みと") != matching_text("架空の里みどり")


def test_the_words_of_a_search_are_taken_apart():
    assert normalise.search_terms("かくう　ホーム  南") == ["カクウ", "ホ-ム", "南"]


@pytest.mark.parametrize(
    ("written", "kept", "problem"),
    [
        ("048-762-8334", "048-762-8334", ""),
        ("0118686015", "011-868-6015", ""),
        ("(048)762-8334", "048-762-8334", ""),
        ("０１７－７６３－１０５１　", "017-763-1051", ""),
        ("011‐770‐7111", "011-770-7111", ""),
        ("090ー4665ー5394", "090-4665-5394", ""),
        ("117752899", "011-775-2899", "phone_zero_restored"),
        (":011-598-1613", "011-598-1613", ""),
        ("243-0022", "243-0022", "phone_without_area_code"),
        ("222-1400", "222-1400", "phone_without_area_code"),
        ("（仮設）0247-82-5678", "（仮設）0247-82-5678", "not_a_phone"),
        ("㈹0853-72-4165", "㈹0853-72-4165", "not_a_phone"),
        ("03-3333-4444 / 03-3333-5555", "03-3333-4444 / 03-3333-5555", "not_a_phone"),
        ("なし", "なし", "not_a_phone"),
        ("", "", ""),
    ],
)
def test_phones_get_one_form_or_a_problem(written, kept, problem):
    assert phone(written) == (kept, problem)


@pytest.mark.parametrize("written", ["https://例え.jp/あ", "http://www.example.jp:8080/a?b=c#d"])
def test_web_addresses_become_links(written):
    assert link(written) == (written, "")


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "info@example.jp",
        "http：//example.jp",
        "https//example.jp",
        "http://a.example.jphttp://b.example.jp",
        "http://www..example.jp/",
        "http://www>example.jp",
        "http://user@example.jp/",
        "http://example.jp:x/",
        "http://example",
        'http://example.jp/"onclick=1',
    ],
)
def test_what_is_no_web_address_never_becomes_a_link(written):
    assert link(written) == ("", "not_a_url")


def test_an_address_without_scheme_is_told_apart():
    assert link("www.example.jp") == ("", "url_without_scheme")


MITO = (36.3657, 140.4712)


@pytest.mark.parametrize(
    ("north", "east", "placement"),
    [
        ("", "", "no_coordinates"),
        ("0.000000000000000", "0.0", "no_coordinates"),
        ("北緯36度", "140", "not_a_number"),
        ("53.41291", "-8.24389", "outside_japan"),
        ("35.595", "-218.04", "outside_japan"),
        ("nan", "140", "outside_japan"),
        ("34.65", "134.98", "far_from_municipality"),
    ],
)
def test_coordinates_that_cannot_be_true_make_no_pin(north, east, placement):
    assert position(north, east, MITO) == Position(None, None, placement)


def test_coordinates_are_kept_without_meaningless_decimals():
    found = position("36.365700000000001", "140.471200000000012", MITO)

    assert found == Position(36.3657, 140.4712, "placed")


def test_a_zero_comes_back_only_when_the_prefecture_proves_it():
    assert restore_zero("890000011", "08") == "0890000011"
    assert restore_zero("1490000014", "14") == "1490000014"
    assert restore_zero("190000011", "08") == "190000011"
    assert restore_zero("8B0000012", "08") == "8B0000012"
    assert restore_zero("890000011", "") == "890000011"
