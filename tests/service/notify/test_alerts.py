"""A note becomes an alert, once, in the right inboxes; an answer ends it."""

import pytest

from chassis.ids import new_id
from contracts.errors import NotFound
from contracts.sharing import (
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffDeclined,
    HandoffRecalled,
    HandoffSuperseded,
)
from tests.support.eventually import eventually

pytestmark = pytest.mark.usefixtures("town")


def acknowledged(town, handoff_id):
    return HandoffAcknowledged.happened(
        handoff_id=handoff_id,
        acknowledged_by=town.aoki,
        office_id=town.sakura,
        acknowledged_at=town.stack.clock.now(),
    )


def test_a_note_is_in_the_care_managers_inbox(town):
    town.open_all()

    handoff_id = town.send_note()

    inbox = town.inbox(town.aoki)
    (item,) = inbox["items"]
    shown = ("handoff_id", "code", "seq", "kind", "urgency", "rung", "role", "waits", "ended", "next_role")
    assert {name: item[name] for name in shown} == {
        "handoff_id": handoff_id,
        "code": "K4M7-2PX",
        "seq": 1,
        "kind": "discharge_note",
        "urgency": "urgent",
        "rung": 1,
        "role": "care_manager",
        "waits": True,
        "ended": None,
        "next_role": "deputy",
    }
    assert item["next_account_ids"] == [town.baba]
    assert (inbox["waiting"], inbox["unread"], inbox["last_seq"]) == (1, 1, 1)
    assert town.inbox(town.baba)["items"] == []


def test_a_raised_alert_tells_the_whole_ladder(town):
    town.open_all()

    handoff_id = town.send_note()

    (told,) = town.announced("alert_raised", handoff_id)
    rungs = [(rung["role"], rung["account_ids"], rung["starts_at"][11:16]) for rung in told["rungs"]]
    assert [(role, ids) for role, ids, _ in rungs] == [
        ("care_manager", [town.aoki]),
        ("deputy", [town.baba]),
        ("office_manager", [town.manager]),
        ("desk", [town.counsellor]),
    ]
    # UTC; 10:00, 10:15, 10:30 and 11:00 in Japan.
    assert [at for _, _, at in rungs] == ["01:00", "01:15", "01:30", "02:00"]
    assert (told["current"], told["hours_are_provisional"]) == (1, False)


def test_a_second_delivery_notifies_no_one(town):
    town.open_all()
    note = town.a_note()

    town.stack.broker.publish(note, times=2)
    town.stack.broker.publish(note)
    town.settle()

    assert len(town.inbox(town.aoki)["items"]) == 1
    assert len(town.announced("alert_raised", note.data["handoff_id"])) == 1


def test_an_acknowledgement_ends_it_for_everybody(town):
    town.open_all()
    handoff_id = town.send_note()

    town.stack.broker.publish(acknowledged(town, handoff_id))
    town.settle()

    (item,) = town.inbox(town.aoki)["items"]
    assert (item["waits"], item["ended"]) == (False, "acknowledged")
    assert town.inbox(town.aoki, whose="office")["waiting"] == 0
    (answer,) = town.inbox(town.planner)["items"]
    assert (answer["kind"], answer["ended"], answer["waits"]) == ("answer", "acknowledged", False)
    assert town.ladder(handoff_id)["state"] == "acknowledged"


def test_an_acknowledgement_before_the_note_wins(town):
    town.open_all()
    note = town.a_note()
    handoff_id = note.data["handoff_id"]

    town.stack.broker.publish(acknowledged(town, handoff_id))
    town.settle()
    town.stack.broker.publish(note)
    town.settle()
    town.stack.clock.advance(hours=30)
    town.settle()

    assert town.inbox(town.aoki)["items"] == []
    assert town.announced("alert_raised", handoff_id) == []
    assert town.announced("alert_escalated", handoff_id) == []
    assert town.ladder(handoff_id)["state"] == "acknowledged"
    assert [item["ended"] for item in town.inbox(town.planner)["items"]] == ["acknowledged"]


def test_the_sender_is_told_of_a_refusal(town):
    town.open_all()
    handoff_id = town.send_note()

    town.stack.broker.publish(
        HandoffDeclined.happened(
            handoff_id=handoff_id,
            declined_by=town.aoki,
            office_id=town.sakura,
            reason="full",
            declined_at=town.stack.clock.now(),
        )
    )
    town.settle()

    (answer,) = town.inbox(town.planner)["items"]
    assert (answer["kind"], answer["ended"]) == ("answer", "declined")
    assert town.inbox(town.aoki)["items"][0]["ended"] == "declined"


def test_accepting_is_told_beside_acknowledging(town):
    town.open_all()
    handoff_id = town.send_note()
    accepted = HandoffAccepted.happened(
        handoff_id=handoff_id,
        accepted_by=town.aoki,
        office_id=town.sakura,
        accepted_at=town.stack.clock.now(),
    )

    # Out of order: the acceptance comes first.
    town.stack.broker.publish(accepted)
    town.settle()
    town.stack.broker.publish(acknowledged(town, handoff_id))
    town.settle()

    told = {item["ended"] for item in town.inbox(town.planner)["items"]}
    assert told == {"acknowledged", "accepted"}
    assert town.ladder(handoff_id)["state"] == "accepted"
    assert town.inbox(town.aoki)["items"][0]["ended"] == "acknowledged"


def test_a_recalled_note_vanishes_except_for_its_readers(town):
    town.open_all()
    handoff_id = town.send_note()
    town.stack.ask("notify", "mark_read", {"handoff_id": handoff_id}, caller=town.caller(town.aoki))
    unread_id = town.send_note()

    for recalled in (handoff_id, unread_id):
        town.stack.broker.publish(
            HandoffRecalled.happened(
                handoff_id=recalled, recalled_by=town.planner, recalled_at=town.stack.clock.now()
            )
        )
    town.settle()

    items = town.inbox(town.aoki)["items"]
    assert [(item["handoff_id"], item["ended"]) for item in items] == [(handoff_id, "recalled")]
    assert items[0]["read_at"]


def test_a_newer_note_takes_the_place_of_an_older_one(town):
    town.open_all()
    older = town.send_note()
    newer = town.send_note()

    town.stack.broker.publish(
        HandoffSuperseded.happened(
            handoff_id=older, superseded_by_id=newer, superseded_at=town.stack.clock.now()
        )
    )
    town.settle()

    items = town.inbox(town.aoki)["items"]
    assert [(item["handoff_id"], item["waits"]) for item in items] == [(newer, True), (older, False)]
    assert town.inbox(town.planner)["items"] == []


def test_an_inbox_is_caught_up_from_a_number(town):
    town.open_all()
    sent = [town.send_note() for _ in range(4)]

    later = town.inbox(town.aoki, after_seq=2)["items"]

    assert [(item["seq"], item["handoff_id"]) for item in later] == [(3, sent[2]), (4, sent[3])]
    assert [item["seq"] for item in town.inbox(town.aoki, page=2, page_size=3)["items"]] == [4]


def test_what_is_due_first_is_on_the_first_page(town):
    town.open_all()
    pressing, other = town.send_note(urgency="urgent"), town.send_note(urgency="today")

    pages = [town.inbox(town.aoki, page=page, page_size=1)["items"] for page in (1, 2)]

    assert [item["handoff_id"] for (item,) in pages] == [pressing, other]


def test_reading_is_not_acknowledging(town):
    town.open_all()
    handoff_id = town.send_note()

    town.stack.ask("notify", "mark_read", {"handoff_id": handoff_id}, caller=town.caller(town.aoki))

    inbox = town.inbox(town.aoki)
    assert (inbox["waiting"], inbox["unread"]) == (1, 0)
    assert town.ladder(handoff_id)["state"] == "delivered"


def test_strangers_do_not_find_a_ladder(town):
    town.open_all()
    handoff_id = town.send_note()

    with pytest.raises(NotFound):
        town.ladder(handoff_id, town.counsellor)
    with pytest.raises(NotFound):
        town.ladder(new_id())
    assert town.ladder(handoff_id, town.baba)["current"] == 1


def test_three_hundred_notes_reach_their_inbox_without_gap(town):
    town.open_all()
    notes = [town.a_note(code=f"B{n:03}-2PX") for n in range(300)]

    for note in notes:
        town.stack.broker.publish(note)
    town.settle()

    seen, after = [], 0
    while items := town.inbox(town.aoki, after_seq=after, page_size=200)["items"]:
        seen += items
        after = items[-1]["seq"]
    assert [item["seq"] for item in seen] == list(range(1, 301))
    assert {item["code"] for item in seen} == {note.data["code"] for note in notes}


def test_no_readers_numbers_have_a_gap_while_notes_and_answers_cross(town):
    town.open_all()
    notes = [town.a_note() for _ in range(100)]

    for note in notes:
        town.stack.broker.publish(note)
        town.stack.broker.publish(acknowledged(town, note.data["handoff_id"]))
    town.settle()

    gaps = town.stack.database("notify").rows(
        "SELECT reader FROM reader JOIN inbox_item USING (reader) GROUP BY reader, last_seq"
        " HAVING min(seq) <> 1 OR max(seq) <> count(*) OR max(seq) <> last_seq"
    )
    assert gaps == []
    # One item tells of each answer, whichever came first.
    assert town.inbox(town.planner)["last_seq"] == 100


def test_open_pages_of_each_reader_are_told_with_the_readers_own_number(town, hints):
    town.open_all()
    town.send_note()

    handoff_id = town.send_note()
    town.stack.broker.publish(acknowledged(town, handoff_id))
    town.settle()

    told = hints(handoff_id, 4)
    assert [(hint["kind"], hint["to"], hint["seq"], hint["state"]) for hint in told] == [
        ("alert", [f"account:{town.aoki}"], 2, "delivered"),
        ("handoff", [f"office:{town.sakura}"], None, "delivered"),
        ("handoff", [f"account:{town.aoki}", f"office:{town.sakura}"], None, "acknowledged"),
        ("alert", [f"account:{town.planner}"], 1, "acknowledged"),
    ]
    assert all(set(hint) == {"event", "kind", "to", "handoff_id", "state", "seq"} for hint in told)


def test_an_office_that_is_not_known_yet_alerts_the_desk_at_once(town):
    town.open_desk()
    town.settle()

    handoff_id = town.send_note()

    eventually(lambda: town.inbox(town.counsellor)["waiting"] == 1)
    assert [rung["skipped"] for rung in town.ladder(handoff_id)["rungs"]] == [
        None,
        "not_known_yet",
        "not_known_yet",
        None,
    ]

    town.open_sakura()

    eventually(lambda: town.ladder(handoff_id)["current"] == 1)
    ladder = town.ladder(handoff_id)
    assert [rung["skipped"] for rung in ladder["rungs"]] == [None] * 4
    assert town.inbox(town.aoki)["items"][0]["waits"]
    assert len(town.inbox(town.aoki)["items"]) == 1
    assert town.inbox(town.counsellor)["waiting"] == 1


def test_a_desk_without_staff_has_it_in_its_offices_inbox(town):
    handoff_id = town.send_note(to_account_id=None, to_office_id=None)

    inbox = town.inbox(town.counsellor, whose="office")

    assert [(item["handoff_id"], item["waits"]) for item in inbox["items"]] == [(handoff_id, True)]


def test_an_older_copy_does_not_replace_a_newer_one(town):
    town.open_all()
    town.tell_staff(town.sakura, [], revision=0)
    town.settle()

    handoff_id = town.send_note()

    assert town.ladder(handoff_id)["rungs"][0]["account_ids"] == [town.aoki]
