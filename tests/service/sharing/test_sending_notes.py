"""A note is written, checked, sent once, and nothing is saved when it may not be."""

import threading

import pytest

from chassis.ids import new_id
from contracts.errors import AccessDenied, Conflict, Invalid, NotFound
from tests.service.sharing.town import A_NOTE


def test_a_note_is_handed_to_the_care_manager(town):
    person_id, stay_id = town.a_stay()

    handoff = town.send(stay_id, urgency="urgent")

    told = {key: handoff[key] for key in ("state", "urgency", "version", "to_account_id", "to_office_id")}
    assert told == {
        "state": "sent",
        "urgency": "urgent",
        "version": 1,
        "to_account_id": town.aoki.account_id,
        "to_office_id": town.sakura,
    }
    assert handoff["desk_id"] == town.desk
    assert handoff["may"] == ["recall", "supersede"]
    assert town.facts(handoff["handoff_id"]) == ["sharing.discharge_noted.v1"]
    assert town.count("handoff", person_id=person_id) == 1


def test_the_fact_carries_ids_and_no_word_of_the_note(town):
    handoff = town.send(town.a_stay()[1])

    [row] = town.stack.database("sharing").rows(
        "SELECT envelope::text AS text FROM outbox WHERE envelope->>'subject' = :id", id=handoff["handoff_id"]
    )

    assert "千代" not in row["text"]
    assert "骨折" not in row["text"]
    assert handoff["code"] in row["text"]


def test_without_consent_nothing_is_saved_or_sent(town):
    person_id = town.chiyo()
    town.entrust(person_id, town.aoki)
    stay_id = town.admit(person_id)

    for method, request in (
        ("get_note", {}),
        ("save_draft", {"content": {"cause": "骨折"}}),
        ("send_note", {"content": A_NOTE}),
    ):
        with pytest.raises(Conflict, match="consent_missing"):
            town.ask(town.tanaka, method, stay_id=stay_id, **request)

    assert [town.count(table, stay_id=stay_id) for table in ("note", "note_draft", "handoff")] == [0, 0, 0]


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_from": "2020-01-01", "valid_until": "2020-12-31"},
        {"valid_from": "2999-01-01", "valid_until": "2999-12-31"},
        {"scope": ["stay"]},
    ],
)
def test_a_consent_that_is_over_or_to_come_or_for_something_else_does_not_help(town, changed):
    person_id = town.chiyo()
    town.agree(person_id, **changed)
    stay_id = town.admit(person_id)

    with pytest.raises(Conflict, match="consent_missing"):
        town.send(stay_id)


def test_pressing_send_twice_makes_one_handoff(town):
    _, stay_id = town.a_stay()
    key = new_id()

    first, second = town.send(stay_id, key=key), town.send(stay_id, key=key)

    assert first == second
    assert town.count("handoff", stay_id=stay_id) == 1
    assert town.count("note", stay_id=stay_id) == 1


def test_sending_twice_at_the_same_moment_makes_one_handoff(town):
    _, stay_id = town.a_stay()
    key, answers = new_id(), []

    threads = [threading.Thread(target=lambda: answers.append(town.send(stay_id, key=key))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({answer["handoff_id"] for answer in answers}) == 1
    assert len(answers) == 6
    assert town.count("handoff", stay_id=stay_id) == 1


def test_another_hospitals_stay_is_not_found(town):
    _, stay_id = town.a_stay()
    other = town.somebody("discharge_planner")

    for method, request in (("get_note", {}), ("save_draft", {"content": {}}), ("send_note", {})):
        with pytest.raises(NotFound):
            town.ask(other, method, stay_id=stay_id, **request)
        with pytest.raises(NotFound):
            town.ask(other, method, stay_id=new_id(), **request)


def test_only_planners_write_notes(town):
    _, stay_id = town.a_stay()

    for who in (town.aoki, town.counsellor, town.somebody("operator"), town.somebody("auditor")):
        with pytest.raises(AccessDenied):
            town.ask(who, "send_note", stay_id=stay_id, content=A_NOTE)


def test_wrong_fields_are_refused_one_by_one_and_nothing_is_sent(town):
    _, stay_id = town.a_stay()
    wrong = {
        **A_NOTE,
        "cause": "長" * 401,
        "diagnosis": "x",
        "water_ml": "1.2L",
        "toilet": 5,
        "sleep": "often",
    }

    with pytest.raises(Invalid) as refused:
        town.send(stay_id, content=wrong)

    assert refused.value.fields == {
        "cause": ["too_long"],
        "diagnosis": ["unknown_field"],
        "water_ml": ["not_a_number"],
        "toilet": ["not_a_choice"],
        "sleep": ["not_a_choice"],
    }
    assert town.count("note", stay_id=stay_id) == 0


def test_gaps_are_refused_by_field_unless_they_are_to_follow_later(town):
    _, stay_id = town.a_stay()
    gappy = {key: value for key, value in A_NOTE.items() if key not in ("outlook", "ban")}

    with pytest.raises(Invalid) as refused:
        town.send(stay_id, content=gappy)
    handoff = town.send(stay_id, content=gappy, later=True)

    assert refused.value.fields == {"ban": ["required"], "outlook": ["required"]}
    note = town.read(town.aoki, handoff["handoff_id"])["note"]
    assert (note["is_partial"], note["missing"]) == (True, ["ban", "outlook"])


def test_an_id_that_is_none_and_an_unknown_urgency_are_refused(town):
    with pytest.raises(Invalid) as refused:
        town.ask(town.tanaka, "send_note", stay_id="1; drop table", urgency="whenever", surprise=1)

    assert set(refused.value.fields) == {"stay_id", "urgency", "surprise"}


def test_a_newer_version_takes_the_place_of_the_open_one(town):
    _, stay_id = town.a_stay()
    first = town.send(stay_id)

    second = town.send(stay_id, content={**A_NOTE, "meal": "other", "meal_other": "軟飯"})

    old = town.read(town.tanaka, first["handoff_id"])
    assert (old["state"], old["superseded_by_id"]) == ("superseded", second["handoff_id"])
    assert (second["version"], second["changed"]) == (2, ["meal", "meal_other"])
    assert town.facts(first["handoff_id"])[-1] == "sharing.handoff_superseded.v1"
    shown = town.ask(town.aoki, "list_handoffs", board="received")["handoffs"]
    assert first["handoff_id"] not in {row["handoff_id"] for row in shown}


def test_a_person_without_care_manager_goes_to_the_desk_of_the_municipality(town):
    person_id = town.chiyo()
    town.agree(person_id)

    handoff = town.send(town.admit(person_id))

    assert (handoff["to_office_id"], handoff["to_account_id"], handoff["desk_id"]) == (None, None, town.desk)
    assert town.can_read(town.counsellor, handoff["handoff_id"])


def test_a_ward_of_a_designated_city_is_served_by_the_citys_desk(town):
    desk = new_id()
    town.tell_facility(desk, "desk", municipality="141500")
    town.settle()
    person_id = town.chiyo(municipality="141518")
    town.agree(person_id)

    assert town.send(town.admit(person_id))["desk_id"] == desk


def test_where_nobody_could_be_asked_nothing_is_sent(town):
    person_id = town.chiyo(municipality="131016")
    town.agree(person_id)
    stay_id = town.admit(person_id)

    with pytest.raises(Conflict, match="receiver_missing"):
        town.send(stay_id)

    assert town.count("handoff", stay_id=stay_id) == 0


def test_a_cancelled_stay_cannot_be_noted(town):
    _, stay_id = town.a_stay()
    town.ask(town.tanaka, "cancel_stay", stay_id=stay_id)

    with pytest.raises(Conflict, match="stay_cancelled"):
        town.send(stay_id)


def test_what_is_fixed_comes_from_the_record_whatever_was_typed(town):
    _, stay_id = town.a_stay()

    handoff = town.send(stay_id, content={**A_NOTE, "name": "別人", "age": 20})

    content = town.read(town.aoki, handoff["handoff_id"])["note"]["content"]
    assert (content["name"], content["kana"]) == ("架空 千代", "カクウ チヨ")
    assert content["age"] > 80
