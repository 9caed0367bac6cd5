"""A discharge note from the hospital's keyboard to the care manager's name, through the public API."""

import uuid

import pytest

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay, sign_in
from tsunagi.client import Refused


def send(planner, stay_id, key=None, **more):
    body = {"stay_id": stay_id, "content": a_note(planner, stay_id), **more}
    return planner.post("/api/handoffs", body, key=key)


def text_of(letter):
    return letter.get_body().get_content()


def test_a_note_arrives_is_read_and_acknowledged_by_name(stack, planner, care_manager, page):
    board = planner.listen()
    handoff = send(planner, a_stay(planner, care_manager))

    assert page.wait_for("alert", 10, handoff_id=handoff["handoff_id"])
    found = care_manager.get(f"/api/handoffs/{handoff['handoff_id']}")
    answer = care_manager.post(f"/api/handoffs/{handoff['handoff_id']}/acknowledgement")

    assert found["note"]["content"]["requirements"]
    assert (answer["state"], answer["acknowledged_by_name"]) == ("acknowledged", "佐藤 恵")
    assert board.wait_for("handoff", 10, handoff_id=handoff["handoff_id"], state="acknowledged")
    stack.broker.settle()
    ladder = planner.get(f"/api/handoffs/{handoff['handoff_id']}/ladder")
    assert ladder["state"] == "acknowledged"
    assert [each for each in ladder["deliveries"] if each["state"] == "queued"] == []
    board.close()


def test_pressing_twice_sends_once(stack, planner, care_manager):
    stay_id, key = a_stay(planner, care_manager), uuid.uuid4().hex
    content = a_note(planner, stay_id)

    answers = [planner.post("/api/handoffs", {"stay_id": stay_id, "content": content}, key=key) for _ in "ab"]

    assert answers[0] == answers[1]
    rows = stack.database("sharing").scalar("SELECT count(*) FROM handoff WHERE stay_id = :id", id=stay_id)
    assert rows == 1


def test_without_consent_nothing_is_sent_or_saved(stack, planner, care_manager):
    stay_id = a_stay(planner, care_manager)
    person_id = stack.database("sharing").scalar("SELECT person_id FROM stay WHERE stay_id = :id", id=stay_id)
    consents = planner.get(f"/api/persons/{person_id}")["consents"]
    content = a_note(planner, stay_id)
    planner.post(f"/api/persons/{person_id}/consents/{consents[0]['consent_id']}/withdrawal")

    with pytest.raises(Refused) as refusal:
        planner.post("/api/handoffs", {"stay_id": stay_id, "content": content})

    assert (refusal.value.status, refusal.value.problem["reason"]) == (409, "consent_missing")
    count = stack.database("sharing").scalar("SELECT count(*) FROM handoff WHERE stay_id = :id", id=stay_id)
    assert count == 0


def test_a_wrong_field_is_named_in_words_and_nothing_is_saved(stack, planner, care_manager):
    stay_id = a_stay(planner, care_manager)
    content = {**a_note(planner, stay_id), "water_ml": "1.2L", "cause": "x" * 5000, "surprise": 1}

    with pytest.raises(Refused) as refusal:
        planner.post("/api/handoffs", {"stay_id": stay_id, "content": content})

    assert refusal.value.status == 422
    assert {
        path: [each["code"] for each in codes] for path, codes in refusal.value.problem["fields"].items()
    } == {
        "water_ml": ["not_a_number"],
        "cause": ["too_long"],
        "surprise": ["unknown_field"],
    }


def test_another_offices_handoff_looks_as_if_it_were_not_there(stack, planner, care_manager):
    handoff = send(planner, a_stay(planner, care_manager))
    stranger = sign_in(stack, "ishida")

    for id in (handoff["handoff_id"], str(uuid.uuid4())):
        with pytest.raises(Refused) as refusal:
            stranger.get(f"/api/handoffs/{id}")
        assert refusal.value.status in (403, 404)


def test_mail_holds_a_code_and_a_link_and_no_name(stack, rested, planner, care_manager, mail):
    handoff = send(planner, a_stay(planner, care_manager, family_name="鷗外"))

    letter = eventually(
        lambda: next((each for each in mail.messages if handoff["code"] in text_of(each)), None)
    )

    assert f"{stack.instance.public_url}/r/" in text_of(letter)
    for word in ("鷗外", "千代", "佐藤", "田中", "肺炎"):
        assert word not in text_of(letter)
        assert word not in letter["Subject"]
    eventually(lambda: planner.get(f"/api/handoffs/{handoff['handoff_id']}")["state"] == "delivered")


def test_a_planned_discharge_proposes_a_conference_on_both_boards(stack, planner, care_manager):
    stay_id = a_stay(planner, care_manager)
    stack.broker.settle()

    for client in (planner, care_manager):
        found = client.get("/api/conferences")["conferences"]
        assert [each["state"] for each in found if each["stay_id"] == stay_id] == ["proposed"]
