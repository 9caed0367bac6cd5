from datetime import date

import pytest

from contracts.errors import Invalid
from services.directory import domain, service_codes


def a_service(code="730", **said):
    blank = dict.fromkeys(domain.DISPLAYED, "") | {"latitude": None, "longitude": None}
    blank |= {"placement": "no_coordinates", "source_id": f"source-{code}", "is_listed": True}
    return blank | {"service": code, "name": "架空の里"} | said


def test_what_most_services_say_is_shown():
    shown = domain.display(
        [
            a_service("150", name="架空　の里", phone="000-000-0001"),
            a_service("730", name="架空の家", phone="000-000-0002"),
            a_service("770", name="架空の里", phone="000-000-0002"),
        ]
    )

    assert (shown["name"], shown["phone"], shown["source_id"]) == ("架空　の里", "000-000-0002", "source-150")


def test_among_equals_the_lowest_service_code_wins_whatever_came_last():
    services = [a_service("770", name="二"), a_service("730", name="一")]

    assert domain.display(services)["name"] == "一"
    assert domain.display(services[::-1])["name"] == "一"


def test_an_empty_value_does_not_hide_another():
    shown = domain.display([a_service("730"), a_service("770", fax="000-000-0003")])

    assert shown["fax"] == "000-000-0003"


def test_a_pin_stands_at_the_address_that_is_shown():
    placed = {"latitude": 36.0, "longitude": 140.0, "placement": "placed", "address": "水戸市1"}

    shown = domain.display([a_service("730", address="水戸市１"), a_service("770", **placed)])

    assert (shown["address"], shown["latitude"]) == ("水戸市1", 36.0)


def test_an_unlisted_service_has_a_say_only_when_none_is_listed():
    old = a_service("150", name="旧", is_listed=False)

    assert domain.display([old, a_service("730", name="新")])["name"] == "新"
    assert domain.display([old])["name"] == "旧"
    assert domain.display([old])["is_listed"] is False


def test_a_building_is_not_printed_twice():
    assert domain.full_address("水戸市1 つなぎビル２階", "つなぎビル2階") == "水戸市1 つなぎビル２階"
    assert domain.full_address("水戸市1", "つなぎビル") == "水戸市1 つなぎビル"


def test_unknown_hours_are_weekdays_nine_to_five_and_provisional():
    hours = domain.hours_of(None)

    assert hours["weekly"]["fri"] == [{"opens": "09:00", "closes": "17:00"}]
    assert hours["weekly"]["sat"] == []
    assert (hours["closes_on_holidays"], hours["closed_days"], hours["is_provisional"]) == (True, [], True)


def test_stored_hours_are_not_provisional_and_name_every_day():
    stored = {"weekly": {"mon": []}, "closes_on_holidays": False, "closed_days": ["2026-12-29"]}

    hours = domain.hours_of(stored)

    assert hours["closed_days"] == [date(2026, 12, 29)]
    assert (list(hours["weekly"]), hours["is_provisional"]) == (list(domain.WEEKDAYS), False)


@pytest.mark.parametrize(
    ("weekly", "wrong"),
    [
        ({"mon": [{"opens": "17:00", "closes": "09:00"}]}, {"weekly.mon": ["closes_before_it_opens"]}),
        (
            {"tue": [{"opens": "09:00", "closes": "13:00"}, {"opens": "12:00", "closes": "17:00"}]},
            {"weekly.tue": ["spans_overlap"]},
        ),
        ({"mon": [], "tue": []}, {"weekly": ["never_open"]}),
    ],
)
def test_hours_that_make_no_sense_are_refused_at_their_day(weekly, wrong):
    with pytest.raises(Invalid) as refusal:
        domain.check_weekly(weekly)

    assert refusal.value.fields == wrong


def test_hours_with_a_break_are_fine():
    domain.check_weekly(
        {"mon": [{"opens": "09:00", "closes": "12:00"}, {"opens": "12:00", "closes": "24:00"}]}
    )


def test_a_list_that_lacks_a_third_is_taken_for_an_extract():
    assert domain.may_unlist(5451, 200)
    assert domain.may_unlist(12, 10)
    assert not domain.may_unlist(5451, 4741)
    assert not domain.may_unlist(30, 11)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("小規模多機能型居宅介護", "730"),
        ("看護小規模多機能型居宅介護(複合型サービス)", "770"),
        ("短期入所療養介護(療養病床を有する病院等）", "230"),
        ("定期巡回･随時対応型訪問介護看護", "760"),
        ("時間旅行サービス", ""),
    ],
)
def test_a_service_is_known_whatever_brackets_its_name_has(name, code):
    assert service_codes.code_of(name) == code
