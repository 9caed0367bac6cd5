"""Who may read and answer a handoff, and what is recorded by name."""

from dataclasses import replace

import pytest

from chassis.ids import new_id
from contracts.errors import AccessDenied, Conflict, Invalid, NotFound


def test_the_first_opening_on_the_receiving_side_makes_it_seen(town):
    handoff_id = town.a_handoff()

    before = town.read(town.tanaka, handoff_id)["state"]
    opened = town.read(town.aoki, handoff_id)
    again = town.read(town.aoki, handoff_id)

    assert (before, opened["state"], again["state"]) == ("sent", "seen", "seen")
    assert opened["seen_at"] == again["seen_at"]
    assert town.facts(handoff_id).count("sharing.handoff_seen.v1") == 1


def test_the_receiver_reads_note_person_and_stay(town):
    read = town.read(town.aoki, town.a_handoff())

    assert read["note"]["content"]["outlook"] == "杖で歩ける見込み"
    assert (read["person"]["name"], read["person"]["kana"]) == ("架空 千代", "カクウ チヨ")
    assert read["person"]["consent"]["explained_by"] == "田中 美咲"
    assert read["stay"]["ward"] == "4階東"
    assert read["may"] == ["acknowledge", "accept", "decline"]
    assert [line["state"] for line in read["history"]] == ["sent", "seen"]


def test_a_named_person_acknowledges(town):
    handoff_id = town.a_handoff()

    answer = town.ask(town.aoki, "acknowledge_handoff", handoff_id=handoff_id)

    assert (answer["state"], answer["acknowledged_by_name"]) == ("acknowledged", "Aoki")
    seen = town.read(town.tanaka, handoff_id)
    assert (seen["state"], seen["acknowledged_by"]) == ("acknowledged", town.aoki.account_id)
    assert seen["history"][-1]["actor_name"] == "Aoki"
    assert town.facts(handoff_id)[-1] == "sharing.handoff_acknowledged.v1"


def test_acknowledging_twice_says_it_once(town):
    handoff_id = town.a_handoff()
    key = new_id()

    first = town.ask(town.aoki, "acknowledge_handoff", key=key, handoff_id=handoff_id)
    again = town.ask(town.aoki, "acknowledge_handoff", key=key, handoff_id=handoff_id)
    anew = town.ask(town.aoki, "acknowledge_handoff", key=new_id(), handoff_id=handoff_id)

    assert first["acknowledged_at"] == again["acknowledged_at"] == anew["acknowledged_at"]
    assert town.facts(handoff_id).count("sharing.handoff_acknowledged.v1") == 1


def test_what_somebody_has_taken_no_other_can_take(town):
    handoff_id = town.a_handoff()
    town.tell_escalated(handoff_id, 2)
    town.ask(town.aoki, "acknowledge_handoff", handoff_id=handoff_id)

    with pytest.raises(Conflict, match="is_acknowledged"):
        town.ask(town.baba, "acknowledge_handoff", handoff_id=handoff_id)


def test_accepting_says_acknowledged_too_and_can_be_completed(town):
    handoff_id = town.a_handoff()

    accepted = town.ask(town.aoki, "accept_handoff", handoff_id=handoff_id)
    completed = town.ask(town.aoki, "complete_handoff", handoff_id=handoff_id)

    assert (accepted["state"], accepted["acknowledged_by_name"]) == ("accepted", "Aoki")
    assert (completed["state"], completed["may"]) == ("completed", [])
    assert town.facts(handoff_id)[1:] == ["sharing.handoff_accepted.v1", "sharing.handoff_completed.v1"]


def test_declining_needs_a_reason_and_tells_the_sender(town):
    handoff_id = town.a_handoff()

    with pytest.raises(Invalid) as refused:
        town.ask(town.aoki, "decline_handoff", handoff_id=handoff_id, reason="no")
    town.ask(
        town.aoki, "decline_handoff", handoff_id=handoff_id, reason="full", words="土日の職員が足りません"
    )

    assert refused.value.fields == {"reason": ["not_a_choice"]}
    seen = town.read(town.tanaka, handoff_id)
    assert (seen["state"], seen["decline_reason"]) == ("declined", "full")
    assert seen["history"][-1]["words"] == "土日の職員が足りません"
    with pytest.raises(Conflict, match="is_declined"):
        town.ask(town.aoki, "accept_handoff", handoff_id=handoff_id)


def test_strangers_get_the_same_answer_for_absent_and_forbidden(town):
    handoff_id = town.a_handoff()
    strangers = [
        town.baba,  # same office, but the ladder has not reached them
        town.somebody("care_manager"),
        town.somebody("desk"),
        town.somebody("office_manager"),
        town.somebody("discharge_planner"),
        town.counsellor,  # the desk of the same city, before it is asked
    ]

    for who in strangers:
        for id in (handoff_id, new_id()):
            with pytest.raises(NotFound) as refused:
                town.read(who, id)
            assert refused.value.reason == "handoff"
    for who in strangers[:4]:
        with pytest.raises(NotFound):
            town.ask(who, "acknowledge_handoff", handoff_id=handoff_id)


def test_the_sender_cannot_answer_and_the_receiver_cannot_recall(town):
    handoff_id = town.a_handoff()

    with pytest.raises(AccessDenied):
        town.ask(town.tanaka, "acknowledge_handoff", handoff_id=handoff_id)
    with pytest.raises(AccessDenied):
        town.ask(town.aoki, "recall_handoff", handoff_id=handoff_id)
    with pytest.raises(NotFound):
        town.ask(town.manager, "recall_handoff", handoff_id=handoff_id)


def test_each_rung_may_read_when_it_is_reached_and_not_before(town):
    handoff_id = town.a_handoff()
    town.tell_raised(handoff_id)

    reached = [town.can_read(town.baba, handoff_id)]
    town.tell_escalated(handoff_id, 2)
    reached += [town.can_read(town.baba, handoff_id), town.can_read(town.counsellor, handoff_id)]
    town.tell_escalated(handoff_id, 4)
    reached += [town.can_read(town.counsellor, handoff_id)]

    assert reached == [False, True, False, True]


def test_everybody_at_the_desk_may_read_what_the_desk_has(town):
    handoff_id = town.a_handoff()
    town.tell_escalated(handoff_id, 4)

    assert town.can_read(town.somebody("desk", town.desk), handoff_id)


def test_the_same_account_at_another_office_reads_nothing(town):
    handoff_id = town.a_handoff()

    assert not town.can_read(replace(town.aoki, office_id=new_id()), handoff_id)


def test_the_office_that_has_left_the_team_reads_nothing(town):
    person_id, stay_id = town.a_stay()
    handoff_id = town.send(stay_id)["handoff_id"]
    town.tell_escalated(handoff_id, 2)
    other = new_id()
    town.tell_facility(other, "care_office")
    newcomer = town.somebody("care_manager", other, "Newcomer")
    town.tell_staff(other, [newcomer])
    town.settle()

    town.entrust(person_id, newcomer)

    assert [town.can_read(who, handoff_id) for who in (town.aoki, town.baba, newcomer)] == [
        False,
        False,
        True,
    ]


def test_a_recalled_note_vanishes_and_the_sender_learns_who_had_read_it(town):
    handoff_id = town.a_handoff()
    town.read(town.aoki, handoff_id)

    answer = town.ask(town.tanaka, "recall_handoff", handoff_id=handoff_id, words="別の方の書類でした")

    assert [reader["name"] for reader in answer["readers"]] == ["Aoki"]
    left = town.read(town.aoki, handoff_id)
    assert left["state"] == "recalled"
    assert {"note", "person", "stay"} & set(left) == set()
    shown = town.ask(town.aoki, "list_handoffs", board="received")["handoffs"]
    assert handoff_id not in {row["handoff_id"] for row in shown}
    assert town.facts(handoff_id)[-1] == "sharing.handoff_recalled.v1"


def test_cancelling_the_stay_recalls_what_is_open(town):
    _, stay_id = town.a_stay()
    handoff_id = town.send(stay_id)["handoff_id"]

    town.ask(town.tanaka, "cancel_stay", stay_id=stay_id)

    assert town.read(town.tanaka, handoff_id)["state"] == "recalled"


def test_boards_show_each_side_its_own(town):
    handoff_id = town.a_handoff()
    elsewhere = town.somebody("discharge_planner")

    def ids(who, board, **more):
        return {row["handoff_id"] for row in town.ask(who, "list_handoffs", board=board, **more)["handoffs"]}

    assert handoff_id in ids(town.tanaka, "sent")
    assert handoff_id in ids(town.aoki, "received", mine=True)
    assert handoff_id in ids(town.manager, "received")
    assert handoff_id not in ids(town.manager, "received", mine=True)
    assert ids(town.aoki, "received", handoff_ids=[handoff_id, new_id()]) == {handoff_id}
    assert handoff_id not in ids(town.baba, "received") | ids(town.counsellor, "received")
    assert ids(elsewhere, "sent") == set()
    with pytest.raises(AccessDenied):
        ids(town.aoki, "sent")
    with pytest.raises(AccessDenied):
        ids(town.tanaka, "received")


def test_the_care_manager_sees_the_stays_of_those_they_accompany(town):
    person_id, stay_id = town.a_stay()

    board = town.ask(town.aoki, "list_handoffs", board="received")

    [row] = [row for row in board["stays"] if row["stay_id"] == stay_id]
    assert row["person"]["person_id"] == person_id
    assert stay_id not in {
        row["stay_id"] for row in town.ask(town.baba, "list_handoffs", board="received")["stays"]
    }
