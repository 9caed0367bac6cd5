"""Persons and stays: who sees them, what is refused, what is kept."""

from datetime import timedelta

import pytest

from chassis.ids import new_id
from contracts.errors import Conflict, Invalid, NotFound


def test_a_person_is_found_by_name_and_kana_of_either_kind(town):
    person_id = town.chiyo(family_name="綾瀬", family_kana="あやせ")

    for text in ("綾瀬", "あやせ", "アヤセ", "ｱﾔｾ ちよ", "瀬千"):
        found = town.ask(town.tanaka, "list_persons", text=text)["persons"]
        assert person_id in {row["person_id"] for row in found}
    assert town.ask(town.tanaka, "list_persons", text="100%")["persons"] == []


def test_others_neither_find_nor_read_nor_change_a_person(town):
    person_id = town.chiyo()
    stranger = town.somebody("discharge_planner")
    moment = town.stack.clock.now()
    consent = {"explained_by": "x", "valid_from": "2026-01-01", "valid_until": "2027-01-01"}

    assert town.ask(stranger, "list_persons") == {"persons": [], "total": 0, "page_size": 50}
    for id in (person_id, new_id()):
        for method, request in (
            ("get_person", {}),
            ("grant_consent", consent),
            ("set_care_manager", {"office_id": town.sakura, "account_id": None}),
            ("admit_person", {"admitted_at": moment}),
        ):
            with pytest.raises(NotFound):
                town.ask(stranger, method, person_id=id, **request)


def test_wrong_entries_are_refused_by_field(town):
    before = town.count("person")

    with pytest.raises(Invalid) as refused:
        town.chiyo(family_kana="Chiyo", birth_date="2999-01-01", care_level="99")
    with pytest.raises(Invalid) as malformed:
        town.chiyo(
            family_name="", given_name="あ" * 41, birth_date="1944/4/12", sex="f", municipality="99999"
        )

    assert refused.value.fields == {
        "family_kana": ["not_kana"],
        "birth_date": ["out_of_range"],
        "care_level": ["not_a_choice"],
    }
    assert malformed.value.fields == {
        "family_name": ["required"],
        "given_name": ["too_long"],
        "birth_date": ["not_a_date"],
        "sex": ["not_a_choice"],
        "municipality": ["not_a_municipality_code"],
    }
    assert town.count("person") == before


def test_only_a_member_of_a_known_office_becomes_care_manager(town):
    person_id = town.chiyo()

    with pytest.raises(Invalid) as unknown:
        town.entrust(person_id, town.somebody("care_manager"))
    with pytest.raises(Invalid) as stranger:
        town.entrust(person_id, town.somebody("care_manager", town.sakura))
    with pytest.raises(Invalid) as wrong_role:
        town.entrust(person_id, town.manager)

    assert unknown.value.fields == {"office_id": ["unknown_office"]}
    assert stranger.value.fields == wrong_role.value.fields == {"account_id": ["not_a_member"]}


def test_an_office_without_members_can_still_have_the_person(town):
    paper_office = new_id()
    town.tell_facility(paper_office, "care_office")
    town.settle()
    person_id = town.chiyo()
    town.agree(person_id)
    town.ask(town.tanaka, "set_care_manager", person_id=person_id, office_id=paper_office, account_id=None)

    handoff = town.send(town.admit(person_id))

    assert (handoff["to_office_id"], handoff["to_account_id"]) == (paper_office, None)


def test_changing_the_care_manager_keeps_one_at_a_time(town):
    person_id = town.chiyo()
    town.entrust(person_id, town.aoki)

    town.entrust(person_id, town.baba)

    team = town.ask(town.tanaka, "get_person", person_id=person_id)["team"]
    assert [m["account_id"] for m in team if m["role"] == "care_manager"] == [town.baba.account_id]
    assert town.count("team_member", person_id=person_id, role="care_manager") == 2


def test_an_older_list_of_staff_does_not_bring_somebody_back(town):
    office = new_id()
    leaver, stayer = town.somebody("care_manager", office), town.somebody("care_manager", office)
    town.tell_facility(office, "care_office")
    town.tell_staff(office, [stayer], revision=3)
    town.tell_staff(office, [stayer, leaver], revision=2)
    town.settle()
    person_id = town.chiyo()

    with pytest.raises(Invalid):
        town.entrust(person_id, leaver)
    town.entrust(person_id, stayer)


def test_every_revision_of_a_stay_is_kept(town):
    _, stay_id = town.a_stay()

    revised = town.ask(town.tanaka, "revise_stay", stay_id=stay_id, revision=2, room="415")

    assert (revised["revision"], revised["room"], revised["ward"]) == (3, "415", "4階東")
    rows = town.stack.database("sharing").rows(
        "SELECT content->>'room' AS room FROM stay_version WHERE stay_id = :id ORDER BY revision", id=stay_id
    )
    assert [row["room"] for row in rows] == ["412", "412", "415"]
    assert town.facts(stay_id) == [
        "sharing.stay_admitted.v1",
        "sharing.discharge_planned.v1",
        "sharing.stay_revised.v1",
    ]


def test_a_stay_that_somebody_else_has_revised_is_not_overwritten(town):
    _, stay_id = town.a_stay()

    with pytest.raises(Conflict, match="stay_changed"):
        town.ask(town.tanaka, "revise_stay", stay_id=stay_id, revision=1, room="415")


def test_a_stay_goes_from_admission_to_discharge(town):
    _, stay_id = town.a_stay()
    now = town.stack.clock.now()

    with pytest.raises(Invalid) as early:
        town.ask(town.tanaka, "discharge_person", stay_id=stay_id, discharged_at=now - timedelta(days=99))
    with pytest.raises(Invalid) as late:
        town.ask(town.tanaka, "discharge_person", stay_id=stay_id, discharged_at=now + timedelta(days=1))
    ended = town.ask(town.tanaka, "discharge_person", stay_id=stay_id, discharged_at=now)

    assert early.value.fields == {"discharged_at": ["before_admission"]}
    assert late.value.fields == {"discharged_at": ["in_future"]}
    assert ended["state"] == "discharged"
    with pytest.raises(Conflict, match="already_discharged"):
        town.ask(town.tanaka, "plan_discharge", stay_id=stay_id, planned_at=now)
    assert town.facts(stay_id)[-1] == "sharing.stay_discharged.v1"


def test_a_cancelled_stay_is_over(town):
    _, stay_id = town.a_stay()

    town.ask(town.tanaka, "cancel_stay", stay_id=stay_id)

    with pytest.raises(Conflict, match="stay_cancelled"):
        town.ask(town.tanaka, "cancel_stay", stay_id=stay_id)
    assert town.facts(stay_id)[-1] == "sharing.stay_cancelled.v1"


def test_nobody_is_admitted_twice_at_once(town):
    person_id, _ = town.a_stay()

    with pytest.raises(Conflict, match="already_admitted"):
        town.admit(person_id)


def test_another_hospital_cannot_touch_a_stay(town):
    _, stay_id = town.a_stay()
    other = town.somebody("discharge_planner")
    now = town.stack.clock.now()

    for method, request in (
        ("revise_stay", {"revision": 2, "room": "1"}),
        ("plan_discharge", {"planned_at": now}),
        ("discharge_person", {"discharged_at": now}),
        ("cancel_stay", {}),
    ):
        with pytest.raises(NotFound):
            town.ask(other, method, stay_id=stay_id, **request)


def test_who_accompanies_the_person_sees_their_stays(town):
    person_id, stay_id = town.a_stay()

    for who in (town.aoki, town.manager):
        seen = town.ask(who, "get_person", person_id=person_id)["stays"]
        assert [stay["stay_id"] for stay in seen] == [stay_id]


def test_no_hospital_learns_of_a_stay_at_another_one(town):
    person_id, _ = town.a_stay()
    other = new_id()
    town.tell_facility(other, "hospital")
    town.settle()
    # Another hospital that has the person on its team, with consent to everything.
    town.ask(town.tanaka, "set_care_manager", person_id=person_id, office_id=other, account_id=None)
    town.ask(
        town.somebody("discharge_planner", other),
        "admit_person",
        person_id=person_id,
        admitted_at=town.stack.clock.now(),
    )
    town.entrust(person_id, town.aoki)

    for role in ("discharge_planner", "office_manager"):
        seen = town.ask(town.somebody(role, other), "get_person", person_id=person_id)["stays"]
        assert {stay["hospital_id"] for stay in seen} == {other}


def test_an_office_that_entered_a_person_sees_no_stay_without_consent(town):
    person_id = town.chiyo(by=town.aoki)
    consent_id = town.agree(person_id, by=town.aoki)
    town.entrust(person_id, town.aoki, by=town.aoki)
    town.ask(
        town.aoki, "set_care_manager", person_id=person_id, office_id=town.hospital_entry(), account_id=None
    )
    town.admit(person_id)
    town.entrust(person_id, town.aoki)
    assert len(town.ask(town.aoki, "get_person", person_id=person_id)["stays"]) == 1

    town.ask(town.aoki, "withdraw_consent", person_id=person_id, consent_id=consent_id)

    assert town.ask(town.aoki, "get_person", person_id=person_id)["stays"] == []
