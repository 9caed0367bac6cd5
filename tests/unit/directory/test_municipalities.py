import pytest

from services.directory import municipalities


def test_a_designated_city_takes_its_wards_with_it():
    assert municipalities.with_wards("141500") == ("141500", "141518", "141526", "141534")


def test_a_ward_or_another_city_stands_for_itself():
    assert municipalities.with_wards("141518") == ("141518",)
    assert municipalities.with_wards("082015") == ("082015",)
    assert municipalities.with_wards("999997") == ("999997",)


def test_a_ward_is_looked_after_by_its_city():
    assert municipalities.with_city("141534") == ("141534", "141500")
    assert municipalities.with_city("141500") == ("141500", "141518", "141526", "141534")


def test_there_are_twenty_designated_cities_each_with_wards():
    cities = {place.designated_city for place in municipalities.by_code().values()} - {""}

    assert len(cities) == 20
    assert all(len(municipalities.with_wards(city)) >= 4 for city in cities)


def test_every_code_passes_its_check_digit():
    codes = municipalities.by_code()

    assert all(municipalities.complete_code(code) == code for code in codes)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("082015", "082015"),
        ("82015", "082015"),
        ("０８２０１５", "082015"),
        ("82016", ""),
        ("水戸", ""),
        ("", ""),
    ],
)
def test_a_lost_zero_of_a_code_is_restored_when_its_check_digit_proves_it(written, code):
    assert municipalities.complete_code(written) == code


def test_a_prefecture_and_three_digits_make_a_code():
    assert municipalities.code_of_parts("08", "201") == "082015"
    assert municipalities.code_of_parts("8", "201") == "082015"
    assert municipalities.code_of_parts("08", "") == ""
    assert municipalities.code_of_parts("08", "299") == ""


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("神奈川県相模原市中央区富士見６－４－２０", "141526"),
        ("神奈川県相模原市富士見６", "141500"),
        ("茨城県茨城県水戸市架空町5", "082015"),
        ("青森県東津軽郡平内町小湊", "023019"),
        ("茨城県龍ヶ崎市架空", "082082"),
        ("福島県郡山市架空", "072036"),
        ("水戸市架空町", ""),
        ("東京都八丈島八丈町三根", ""),
    ],
)
def test_the_municipality_is_read_from_an_address(address, code):
    assert municipalities.code_in_address(address) == code
