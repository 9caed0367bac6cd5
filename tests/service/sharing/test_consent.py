"""The person stays in charge: withdrawal ends reading and sending at once."""

import threading

import pytest

from contracts.errors import Conflict, Invalid, NotFound


def test_a_withdrawal_recalls_what_is_open_and_blocks_reading_at_once(town):
    person_id, stay_id = town.a_stay()
    consent_id = town.agree(person_id, valid_from="2026-01-01")
    [first] = [
        each["consent_id"]
        for each in town.ask(town.tanaka, "get_person", person_id=person_id)["consents"]
        if each["consent_id"] != consent_id
    ]
    handoff_id = town.send(stay_id)["handoff_id"]
    assert town.can_read(town.aoki, handoff_id)

    town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=first)
    still = town.can_read(town.aoki, handoff_id)
    town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=consent_id)

    assert still
    assert not town.can_read(town.aoki, handoff_id)
    assert town.facts(handoff_id)[-1] == "sharing.handoff_recalled.v1"
    with pytest.raises(Conflict, match="consent_missing"):
        town.send(stay_id)
    with pytest.raises(NotFound):
        town.ask(town.aoki, "acknowledge_handoff", handoff_id=handoff_id)
    board = town.ask(town.aoki, "list_handoffs", board="received")
    assert person_id not in {row["person"]["person_id"] for row in [*board["handoffs"], *board["stays"]]}


def test_after_a_withdrawal_the_sender_sees_the_state_without_the_note(town):
    person_id = town.chiyo()
    consent_id = town.agree(person_id)
    town.entrust(person_id, town.aoki)
    handoff_id = town.send(town.admit(person_id))["handoff_id"]

    town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=consent_id)

    seen = town.read(town.tanaka, handoff_id)
    assert (seen["state"], seen["note"], seen["has_consent"]) == ("recalled", None, False)
    assert seen["history"][-1]["words"] == "consent_withdrawn"


def test_an_answered_note_is_no_longer_read_after_withdrawal(town):
    person_id = town.chiyo()
    consent_id = town.agree(person_id)
    town.entrust(person_id, town.aoki)
    handoff_id = town.send(town.admit(person_id))["handoff_id"]
    town.ask(town.aoki, "accept_handoff", handoff_id=handoff_id)
    town.ask(town.aoki, "complete_handoff", handoff_id=handoff_id)

    town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=consent_id)

    assert not town.can_read(town.aoki, handoff_id)
    assert town.read(town.tanaka, handoff_id)["state"] == "completed"


def test_the_care_office_sees_the_person_only_with_consent(town):
    person_id = town.chiyo()
    town.entrust(person_id, town.aoki)

    with pytest.raises(NotFound):
        town.ask(town.aoki, "get_person", person_id=person_id)
    consent_id = town.agree(person_id)
    seen = town.ask(town.aoki, "get_person", person_id=person_id)
    town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=consent_id)

    assert seen["name"] == "架空 千代"
    with pytest.raises(NotFound):
        town.ask(town.aoki, "get_person", person_id=person_id)


def test_a_consent_cannot_be_withdrawn_twice_nor_by_strangers(town):
    person_id = town.chiyo()
    consent_id = town.agree(person_id)

    with pytest.raises(NotFound):
        town.ask(town.somebody("desk"), "withdraw_consent", person_id=person_id, consent_id=consent_id)
    with pytest.raises(NotFound):
        town.ask(town.tanaka, "withdraw_consent", person_id=town.chiyo(), consent_id=consent_id)
    town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=consent_id)
    with pytest.raises(Conflict, match="already_withdrawn"):
        town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=consent_id)


def test_a_consent_that_ends_before_it_starts_is_refused(town):
    person_id = town.chiyo()

    with pytest.raises(Invalid) as refused:
        town.agree(person_id, valid_from="2027-01-02", valid_until="2027-01-01", scope=["everything"])

    assert refused.value.fields == {"valid_until": ["before_start"], "scope": ["not_a_choice"]}
    assert town.count("consent", person_id=person_id) == 0


def test_a_note_sent_at_the_moment_of_withdrawal_is_refused_or_recalled(town):
    for _ in range(8):
        person_id = town.chiyo()
        consent_id = town.agree(person_id)
        town.entrust(person_id, town.aoki)
        stay_id = town.admit(person_id)

        sending = threading.Thread(target=_try_to_send, args=(town, stay_id))
        sending.start()
        town.ask(town.tanaka, "withdraw_consent", person_id=person_id, consent_id=consent_id)
        sending.join()

        states = town.stack.database("sharing").rows(
            "SELECT state FROM handoff WHERE stay_id = :id", id=stay_id
        )
        assert [row["state"] for row in states] in ([], ["recalled"])


def _try_to_send(town, stay_id):
    try:
        town.send(stay_id)
    except Conflict as refused:
        if refused.reason != "consent_missing":
            raise
