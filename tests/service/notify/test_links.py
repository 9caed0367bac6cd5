"""A letter's link: opening it changes nothing, pressing its button says once that the office has it."""

import hashlib

import pytest

from chassis.ids import new_id
from contracts.errors import Conflict, NotFound
from contracts.sharing import HandoffAcknowledged, HandoffRecalled, HandoffSuperseded
from tests.service.notify.conftest import address, link_in
from tests.support.calls import A_VISITOR
from tests.support.eventually import eventually

ENDS = [(HandoffAcknowledged, "ended"), (HandoffRecalled, "recalled"), (HandoffSuperseded, "superseded")]


def sent(town, mail, **note):
    """Send a note to Aoki; returns the handoff's id and the digest of the link that the mail holds."""
    town.open_all()
    town.add_accounts(town.aoki, town.baba, town.counsellor)
    handoff_id = town.send_note(**note)
    return handoff_id, last_link(mail, town.aoki)


def last_link(mail, account_id):
    letter = eventually(lambda: (mail.to(address(account_id)) or [None])[-1])
    return hashlib.sha256(link_in(letter).rpartition("/")[2].encode()).hexdigest()


def ask(town, method, link):
    return town.stack.ask("notify", method, {"link": link}, caller=A_VISITOR)


def hand_on(town, account_id, handoff_id, to_account_id):
    request = {"handoff_id": handoff_id, "to_account_id": to_account_id}
    town.stack.ask("notify", "hand_on_alert", request, caller=town.caller(account_id))


def letters(town, handoff_id):
    shown = town.ladder(handoff_id)["deliveries"]
    return [(each["account_id"], each["state"]) for each in shown if each["channel"] == "email"]


def received(town, handoff_id):
    shown = town.ladder(handoff_id)["deliveries"]
    return [(each["rung"], each["state"]) for each in shown if each["channel"] == "link"]


def everything_about(town, handoff_id):
    """All rows of notify about a handoff."""
    database = town.stack.database("notify")
    alert_id = database.scalar("SELECT alert_id FROM alert WHERE handoff_id = :id", id=handoff_id)
    tables = ("alert", "delivery", "inbox_item", "link", "receipt", "unreached")
    return {
        name: sorted(map(str, database.rows(f"SELECT * FROM {name} WHERE alert_id = :id", id=alert_id)))
        for name in tables
    }


def test_asking_what_a_link_is_about_changes_nothing(town, mail):
    handoff_id, link = sent(town, mail)
    eventually(lambda: "queued" not in [each["state"] for each in town.ladder(handoff_id)["deliveries"]])
    town.settle()
    before = everything_about(town, handoff_id)

    told = [ask(town, "get_link", link) for _ in range(5)]

    assert (
        told
        == [
            {
                "state": "open",
                "office": "架空総合病院",
                "kind": "discharge_note",
                "code": "K4M7-2PX",
                "received_at": None,
            }
        ]
        * 5
    )
    assert everything_about(town, handoff_id) == before


def test_the_button_is_good_once_and_its_receipt_is_on_the_way_of_the_handoff(town, mail):
    handoff_id, link = sent(town, mail)

    told = ask(town, "receive_by_link", link)

    assert told["state"] == "used"
    with pytest.raises(Conflict, match="link_used"):
        ask(town, "receive_by_link", link)
    assert received(town, handoff_id) == [(1, "received")]
    assert town.ladder(handoff_id)["state"] == "delivered"
    assert town.inbox(town.aoki)["items"][0]["waits"]


def test_a_receipt_cancels_no_later_rung(town, mail):
    handoff_id, link = sent(town, mail)
    ask(town, "receive_by_link", link)

    town.stack.clock.advance(minutes=16)

    eventually(lambda: town.ladder(handoff_id)["current"] == 2)
    assert last_link(mail, town.baba) != link


def test_a_receipt_of_the_desk_silences_no_reminder_once_its_time_is_over(town, mail):
    town.open_all()
    town.add_accounts(town.counsellor)
    handoff_id = town.send_note(to_account_id=None, to_office_id=None)
    ask(town, "receive_by_link", last_link(mail, town.counsellor))

    town.stack.clock.advance(minutes=31)
    eventually(lambda: town.ladder(handoff_id)["state"] == "overdue")
    assert len(mail.to(address(town.counsellor))) == 1
    town.stack.clock.advance(days=2)

    eventually(lambda: len(mail.to(address(town.counsellor))) == 2)


def test_a_receipt_lets_the_letter_to_a_colleague_go_out(town, mail):
    handoff_id, link = sent(town, mail)
    mail.refuse_to(address(town.baba), "450 try later")
    hand_on(town, town.aoki, handoff_id, town.baba)
    eventually(lambda: letters(town, handoff_id)[-1] == (town.baba, "queued"))

    ask(town, "receive_by_link", link)

    assert letters(town, handoff_id) == [(town.aoki, "sent"), (town.baba, "queued")]


def test_who_is_handed_it_after_a_receipt_gets_a_letter(town, mail):
    handoff_id, link = sent(town, mail)
    ask(town, "receive_by_link", link)

    hand_on(town, town.baba, handoff_id, town.aoki)

    eventually(lambda: len(mail.to(address(town.aoki))) == 2)


@pytest.mark.parametrize(("fact", "state"), ENDS)
@pytest.mark.parametrize("is_used", [False, True])
def test_what_was_answered_or_recalled_cannot_be_received_and_tells_nothing(town, mail, fact, state, is_used):
    handoff_id, link = sent(town, mail)
    if is_used:
        ask(town, "receive_by_link", link)
    at = town.stack.clock.now()
    told = {
        HandoffAcknowledged: {"acknowledged_by": town.aoki, "office_id": town.sakura, "acknowledged_at": at},
        HandoffRecalled: {"recalled_at": at, "recalled_by": town.planner, "seen_by": []},
        HandoffSuperseded: {"superseded_by_id": new_id(), "superseded_at": at},
    }
    known = {name: told[fact][name] for name in fact().fields if name in told[fact]}
    town.stack.broker.publish(fact.happened(handoff_id=handoff_id, **known))
    town.settle()

    shown = ask(town, "get_link", link)

    assert shown == {"state": state, "office": "", "kind": "", "code": "", "received_at": None}
    with pytest.raises(Conflict, match="link_ended"):
        ask(town, "receive_by_link", link)


def test_a_link_that_was_used_is_over_after_two_weeks_too(town, mail):
    _, link = sent(town, mail)
    ask(town, "receive_by_link", link)

    town.stack.clock.advance(days=14)

    assert ask(town, "get_link", link)["state"] == "over"


def test_who_has_no_address_has_no_link(town):
    town.open_all()

    handoff_id = town.send_note()
    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "failed")])

    assert everything_about(town, handoff_id)["link"] == []


def test_a_link_is_over_after_two_weeks_and_one_that_was_never_made_is_unknown(town, mail):
    _, link = sent(town, mail)

    town.stack.clock.advance(days=14)

    assert ask(town, "get_link", link)["state"] == "over"
    with pytest.raises(Conflict, match="link_over"):
        ask(town, "receive_by_link", link)
    with pytest.raises(NotFound):
        ask(town, "get_link", hashlib.sha256(b"guessed").hexdigest())


def test_the_database_holds_no_token(town, mail):
    sent(town, mail)

    token = link_in(mail.to(address(town.aoki))[-1]).rpartition("/")[2]

    assert town.stack.database("notify").holding(token) == []
