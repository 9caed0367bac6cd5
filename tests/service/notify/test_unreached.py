"""What no channel brings to anybody is the desk's to call about, and the ladder goes on at once."""

import pytest

from chassis.ids import new_id
from contracts.errors import AccessDenied, Invalid, NotFound
from contracts.sharing import HandoffAcknowledged
from tests.service.notify.conftest import a_member, address
from tests.support.calls import a_caller
from tests.support.eventually import eventually

REFUSED = "550 no such mailbox"
BY_RULE = "554 5.7.1 Relay access denied"


@pytest.fixture(autouse=True)
def no_refusals_yet(town):
    """Others' dead mailboxes in the last minutes would look like a server that refuses everybody's."""
    town.stack.database("notify").execute("DELETE FROM delivery_log WHERE reason = 'mailbox_refused'")


def listed(town, **caller):
    who = a_caller(**{"account_id": town.counsellor, "office_id": town.desk, "role": "desk", **caller})
    found = town.stack.ask("notify", "list_unreached", {}, caller=who)["unreached"]
    mine = (town.hospital, None)
    return [one for one in found if one["from_office_id"] in mine]


def call(town, one, **request):
    who = a_caller(account_id=town.counsellor, office_id=town.desk, role="desk")
    return town.stack.ask("notify", "log_call", {"alert_id": one["alert_id"]} | request, caller=who)


def refused_at_the_first(town, mail):
    """A note whose responsible person's mailbox is dead; the deputy has none."""
    town.open_all()
    town.add_accounts(town.aoki)
    mail.refuse_to(address(town.aoki), REFUSED)
    handoff_id = town.send_note()
    eventually(lambda: listed(town))
    return handoff_id


def keeps_its_time(town, handoff_id):
    """Whether the first rung is asked and its time is not over."""
    next_at = "SELECT next_at FROM alert WHERE handoff_id = :id"
    has_time = town.stack.database("notify").scalar(next_at, id=handoff_id) > town.stack.clock.now()
    return has_time and town.ladder(handoff_id)["current"] == 1


def why(town, handoff_id):
    return [each["reason"] for each in town.ladder(handoff_id)["deliveries"] if each["state"] == "failed"]


def test_a_dead_mailbox_asks_the_next_rung_at_once_and_stands_on_the_desks_list(town, mail):
    handoff_id = refused_at_the_first(town, mail)

    eventually(lambda: len(listed(town)[0]["tries"]) == 2)
    assert town.ladder(handoff_id)["current"] == 2
    (one,) = listed(town)
    assert (one["code"], one["rung"], one["account_ids"]) == ("K4M7-2PX", 1, [town.aoki])
    assert one["has_moved_on"]
    assert [each["reason"] for each in one["tries"]] == ["mailbox_refused", "unknown_account"]


def test_what_the_deputy_gets_instead_has_reached_somebody(town, mail):
    town.open_all()
    town.add_accounts(town.aoki, town.baba)
    mail.refuse_to(address(town.aoki), REFUSED)

    handoff_id = town.send_note()
    eventually(lambda: mail.to(address(town.baba)))
    eventually(lambda: listed(town) == [])

    assert town.ladder(handoff_id)["current"] == 2


def test_a_server_that_lets_no_letter_through_leaves_each_rung_its_time(town, mail):
    town.open_all()
    town.add_accounts(town.aoki, town.baba)
    mail.refuse_to(address(town.aoki), BY_RULE)

    handoff_id = town.send_note()
    eventually(lambda: listed(town))

    assert keeps_its_time(town, handoff_id)
    assert [each["reason"] for each in listed(town)[0]["tries"]] == ["mail_refused"]


def test_many_dead_mailboxes_at_once_are_the_servers_fault(town, mail):
    town.open_all()
    people = [new_id() for _ in range(5)]
    town.tell_staff(town.sakura, [a_member(id) for id in people], revision=2)
    town.add_accounts(*people)
    town.settle()
    handoffs = []

    for id in people:
        mail.refuse_to(address(id), REFUSED)
        handoffs.append(town.send_note(to_account_id=id))
        eventually(lambda: "mailbox_refused" in why(town, handoffs[-1]))

    assert keeps_its_time(town, handoffs[-1])
    for handoff_id in handoffs[:-1]:
        eventually(lambda handoff_id=handoff_id: town.ladder(handoff_id)["current"] > 1)


def test_the_ladder_does_not_leave_somebody_who_is_reading(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    mail.refuse_to(address(town.aoki), "450 try later")
    handoff_id = town.send_note()
    eventually(lambda: town.ladder(handoff_id)["deliveries"][-1]["reason"] == "mailbox_busy")
    town.stack.ask("notify", "mark_read", {"handoff_id": handoff_id}, caller=town.caller(town.aoki))

    mail.refuse_to(address(town.aoki), REFUSED)
    town.stack.clock.advance(seconds=30)
    eventually(lambda: why(town, handoff_id) == ["mailbox_refused"])

    assert keeps_its_time(town, handoff_id)
    assert listed(town) == []


def test_who_has_no_address_has_the_time_of_the_rung_before_the_desk_calls(town):
    town.open_all()
    town.add_accounts(town.aoki)
    town.stack.database("accounts").execute(
        "UPDATE account SET email = NULL WHERE account_id = :id", id=town.aoki
    )

    handoff_id = town.send_note()
    eventually(lambda: why(town, handoff_id) == ["no_address"])

    assert keeps_its_time(town, handoff_id)
    assert listed(town) == []
    town.stack.clock.advance(minutes=16)
    (one,) = eventually(lambda: listed(town))
    assert (one["rung"], one["tries"][0]["reason"]) == (1, "no_address")


def test_who_reads_it_in_the_inbox_was_reached(town, mail):
    handoff_id = refused_at_the_first(town, mail)

    town.stack.ask("notify", "mark_read", {"handoff_id": handoff_id}, caller=town.caller(town.aoki))

    assert listed(town) == []


def test_who_has_read_it_was_reached_also_when_it_is_unread_again(town, mail):
    handoff_id = refused_at_the_first(town, mail)
    aoki = town.caller(town.aoki)
    town.stack.ask("notify", "mark_read", {"handoff_id": handoff_id}, caller=aoki)

    inboxes = [town.inbox(town.aoki, whose=whose)["items"] for whose in ("me", "office")]
    item_ids = [one["item_id"] for items in inboxes for one in items]
    changed = town.stack.ask("notify", "mark_items", {"item_ids": item_ids, "is_read": False}, caller=aoki)

    assert changed == {"changed": 2}
    assert listed(town) == []


def test_what_was_answered_is_closed_and_not_looked_through_for_ever(town, mail):
    handoff_id = refused_at_the_first(town, mail)
    (one,) = listed(town)
    told = {"acknowledged_by": town.aoki, "office_id": town.sakura, "acknowledged_at": town.stack.clock.now()}
    town.stack.broker.publish(HandoffAcknowledged.happened(handoff_id=handoff_id, **told))
    town.settle()
    assert listed(town) == []

    # It is done at the start, and then every hour.
    town.stack.kill("notify")
    town.stack.wait_ready()

    closed = "SELECT reached_at FROM unreached WHERE alert_id = :id"
    eventually(lambda: town.stack.database("notify").scalar(closed, id=one["alert_id"]))


def test_the_desk_hears_of_it_at_once(town, mail, hints):
    town.open_all()
    town.add_accounts(town.aoki)
    mail.refuse_to(address(town.aoki), REFUSED)

    handoff_id = town.send_note()
    eventually(lambda: listed(town))

    told = [hint for hint in hints(handoff_id, 2) if hint["state"] == "unreached"]
    assert [hint["to"] for hint in told] == [[f"office:{town.desk}"]]


def test_a_call_that_reaches_them_takes_it_from_the_list_and_shows_on_its_way(town, mail):
    handoff_id = refused_at_the_first(town, mail)
    (one,) = listed(town)

    kept = call(town, one, outcome="no_answer")
    assert kept["is_listed"]
    call(town, one, outcome="reached")

    assert listed(town) == []
    calls = [each for each in town.ladder(handoff_id)["deliveries"] if each["channel"] == "phone"]
    assert [(each["state"], each["reason"]) for each in calls] == [("failed", "no_answer"), ("sent", None)]
    eventually(lambda: town.ladder(handoff_id)["state"] == "escalated")  # and not acknowledged
    logged = town.stack.database("notify").scalar(
        "SELECT count(*) FROM access_log WHERE action = 'call' AND account_id = :id", id=town.counsellor
    )
    assert logged == 2


def test_who_is_to_be_called_again_needs_a_time(town, mail):
    refused_at_the_first(town, mail)
    (one,) = listed(town)

    with pytest.raises(Invalid) as refusal:
        call(town, one, outcome="call_back")
    kept = call(town, one, outcome="call_back", again_at="2026-11-24T14:00:00+09:00")

    assert refusal.value.fields == {"again_at": ["required"]}
    assert kept["is_listed"]
    assert kept["calls"][0]["again_at"].startswith("2026-11-24T05:00:00")


def test_another_desk_sees_none_of_it_and_an_operator_all(town, mail):
    refused_at_the_first(town, mail)
    (one,) = listed(town)
    stranger = a_caller(office_id=new_id(), role="desk")

    assert listed(town, office_id=new_id()) == []
    seen = listed(town, role="operator", office_id=new_id())
    assert [each["alert_id"] for each in seen] == [one["alert_id"]]
    with pytest.raises(NotFound):
        town.stack.ask("notify", "get_unreached", {"alert_id": one["alert_id"]}, caller=stranger)
    with pytest.raises(AccessDenied):
        listed(town, role="care_manager")
