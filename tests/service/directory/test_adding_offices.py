"""Offices that no official list names, entered by hand."""

import pytest

from chassis.ids import new_id
from contracts.errors import Conflict, Invalid, NotFound
from services.directory.entering import add_office
from services.directory.importers import undo_last

OPEN = [{"opens": "08:30", "closes": "17:15"}]
WEEK = {day: OPEN for day in ("mon", "tue", "wed", "thu", "fri")}
HOURS = {"weekly": WEEK, "closes_on_holidays": True, "closed_days": ["2026-12-29"]}


def a_desk(**known):
    return {"kind": "desk", "name": "相模原市 連携支援センター", "municipality": "141500", **known}


def add(directory, office, **how):
    entered = add_office(directory.url, office, **how)
    return entered.facility_id, entered.outcome


def row(directory, facility_id):
    [found] = directory.database.rows("SELECT * FROM facility WHERE facility_id = :id", id=facility_id)
    return found


def test_an_office_is_entered_and_announced_with_its_hours(directory):
    id, outcome = add(directory, a_desk(phone="０４２-000-0001", hours=HOURS))

    revision, fact = directory.facts()[-1]
    assert outcome == "new"
    assert (fact["facility_id"], fact["kind"], fact["is_listed"]) == (id, "desk", True)
    assert fact["hours"] == {**HOURS, "weekly": {**WEEK, "sat": [], "sun": []}, "is_provisional": False}
    assert row(directory, id)["revision"] == revision
    assert (row(directory, id)["municipality_name"], row(directory, id)["phone"]) == (
        "相模原市",
        "042-000-0001",
    )


def test_the_same_office_again_changes_nothing(directory):
    office = a_desk(hours=HOURS, phone="042-000-0001")
    id, outcome = add(directory, office)
    facts = directory.facts()

    assert (outcome, add(directory, office)) == ("new", (id, "unchanged"))

    assert directory.facts() == facts
    assert directory.count("facility") == 1


def test_a_name_in_another_spelling_is_the_same_office(directory):
    id, _ = add(directory, a_desk(name="ﾂﾅｷﾞ センター"))

    assert add(directory, a_desk(name="つなぎセンター")) == (id, "changed")

    assert row(directory, id)["name"] == "つなぎセンター"


def test_what_is_not_said_stays_and_what_is_said_anew_is_changed(directory):
    id, _ = add(directory, a_desk(phone="042-000-0001", address="相模原市中央区1", hours=HOURS))

    assert add(directory, a_desk(phone="042-000-0002")) == (id, "changed")

    entry = row(directory, id)
    assert (entry["phone"], entry["address"]) == ("042-000-0002", "相模原市中央区1")
    assert directory.count("office_hours") == 1


def test_an_entry_is_renamed_by_its_id(directory):
    id, _ = add(directory, a_desk())

    assert add(directory, a_desk(name="つなぎの窓口"), facility_id=id) == (id, "changed")

    assert directory.facts()[-1][1]["name"] == "つなぎの窓口"
    assert directory.count("facility") == 1


def test_a_care_office_offers_what_it_is_said_to_offer(directory):
    office = a_desk(kind="care_office", name="ケアプランもみじ")
    with pytest.raises(Invalid) as refusal:
        add(directory, office)
    id, _ = add(directory, {**office, "services": ["430"]})

    add(directory, {**office, "services": ["110"]})

    assert refusal.value.fields == {"services": ["required"]}
    assert directory.facts()[-1][1]["services"] == ["110", "430"]
    assert add(directory, office) == (id, "unchanged")


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"municipality": "141501"}, {"municipality": ["no_such_municipality"]}),
        ({"municipality": "14150"}, {"municipality": ["not_a_municipality_code"]}),
        ({"kind": "temple"}, {"kind": ["not_a_choice"]}),
        ({"name": " "}, {"name": ["required"]}),
        ({"phone": "by day only"}, {"phone": ["not_a_phone"]}),
        ({"services": ["4300"]}, {"services.0": ["not_a_choice"]}),
        ({"hours": {**HOURS, "weekly": {"mon": []}}}, {"weekly": ["never_open"]}),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_entered(directory, wrong, fields):
    with pytest.raises(Invalid) as refusal:
        add(directory, a_desk(**wrong))

    assert refusal.value.fields == fields
    assert directory.count("facility") == directory.count("outbox") == 0


def test_an_office_of_an_official_list_is_not_entered_twice(directory):
    directory.load("01-1_hospital_facility_info_20250601.csv")
    listed = directory.database.rows("SELECT * FROM facility WHERE name = '架空みなみ病院'")[0]
    same = {"kind": "hospital", "name": "架空みなみ病院", "municipality": listed["municipality"]}

    for how in ({}, {"facility_id": str(listed["facility_id"])}):
        with pytest.raises(Conflict, match="in_an_official_list"):
            add(directory, same, **how)


def test_an_entry_cannot_become_of_another_kind(directory):
    add(directory, a_desk())

    with pytest.raises(Conflict, match="other_kind"):
        add(directory, a_desk(kind="municipality"))


def test_an_id_that_is_not_there_is_refused(directory):
    with pytest.raises(NotFound):
        add(directory, a_desk(), facility_id=new_id())


def test_an_entry_by_hand_stays_when_the_latest_import_is_undone(directory):
    directory.load("jigyosho_730.csv")
    id, _ = add(directory, a_desk())

    undo_last(directory.url)

    listed = directory.database.rows("SELECT facility_id FROM facility WHERE is_listed")
    assert [str(each["facility_id"]) for each in listed] == [id]


def test_each_entry_has_a_number_that_no_list_gives(directory):
    ids = [add(directory, a_desk(name=name))[0] for name in ("一", "二")]

    assert [row(directory, id)["number"] for id in ids] == ["141500-001", "141500-002"]
