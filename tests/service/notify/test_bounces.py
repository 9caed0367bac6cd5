"""A letter that comes back counts as never sent: the next channel, the next rung, the desk's list."""

import re

import pytest

from contracts.sharing import HandoffAcknowledged
from tests.service.notify.conftest import BOUNCE_TO, address
from tests.service.notify.test_daily import states, with_digest
from tests.service.notify.test_links import ask as ask_by_link
from tests.service.notify.test_links import last_link
from tests.service.notify.test_push import add, prefer
from tests.service.notify.test_unreached import listed
from tests.support.bounces import a_report, an_answer
from tests.support.eventually import eventually
from tests.support.push_service import PushService


@pytest.fixture(autouse=True)
def no_bounces_yet(town, returned):
    """Others' dead mailboxes in the last minutes would look like a server that refuses everybody's."""
    forget = "DELETE FROM delivery_log WHERE reason IN ('bounced', 'mailbox_refused')"
    returned.clear()
    town.stack.database("notify").execute(forget)
    yield
    town.stack.database("notify").execute(forget)


@pytest.fixture
def push():
    running = PushService()
    yield running
    running.close()


def sent_to(town, mail, account_id, **note):
    """Send a note and wait for the letter; returns the handoff and the envelope of the letter."""
    handoff_id = town.send_note(to_account_id=account_id, **note)
    eventually(lambda: mail.to(address(account_id)))
    eventually(lambda: tries(town, handoff_id) == [("sent", None)])
    return handoff_id, next(one for one in mail.received if address(account_id) in one.rcpt_tos)


def tries(town, handoff_id):
    shown = town.ladder(handoff_id)["deliveries"]
    return [(each["state"], each["reason"]) for each in shown if each["channel"] == "email"]


def channels(town, handoff_id):
    return [(each["channel"], each["state"]) for each in town.ladder(handoff_id)["deliveries"]]


def look(town, returned):
    """Let notify look into the mailbox, and wait until it has seen everything there."""

    def is_done():
        # A mailbox that did not answer in time is looked into a minute later.
        town.stack.clock.advance(seconds=61)
        eventually(lambda: all(was_seen for _, was_seen in returned.left()), timeout=10)
        return True

    eventually(is_done)


def log_of(town, handoff_id):
    statement = (
        "SELECT outcome, l.reason FROM delivery_log l JOIN delivery d ON d.delivery_id = l.delivery_id"
        " JOIN alert a ON a.alert_id = d.alert_id WHERE a.handoff_id = :id ORDER BY log_id"
    )
    return [tuple(row.values()) for row in town.stack.database("notify").rows(statement, id=handoff_id)]


def doubted_at(town, account_id):
    statement = "SELECT email_doubted_at FROM account WHERE account_id = :id"
    return town.stack.database("accounts").scalar(statement, id=account_id)


def test_a_letter_names_itself_to_whoever_sends_it_back(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)

    _, envelope = sent_to(town, mail, town.aoki)

    assert re.fullmatch(r"bounce\+[a-z2-7]{42}@mail\.example\.jp", envelope.mail_from)
    (letter,) = mail.messages
    assert BOUNCE_TO.replace("{token}", letter["X-Tsunagi-Letter"]) == envelope.mail_from
    assert town.aoki not in envelope.mail_from
    assert str(letter["From"]) == "tsunagi@localhost"


def test_a_dead_mailbox_that_is_told_of_later_asks_the_next_rung_at_once_and_once(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    handoff_id, envelope = sent_to(town, mail, town.aoki)

    for _ in range(2):
        returned.put(a_report(envelope.mail_from))
    look(town, returned)

    eventually(lambda: town.ladder(handoff_id)["current"] == 2)
    assert tries(town, handoff_id)[0] == ("failed", "bounced")
    (one,) = eventually(lambda: listed(town))
    assert (one["rung"], one["tries"][0]["reason"]) == (1, "bounced")
    assert log_of(town, handoff_id)[:2] == [("sent", None), ("failed", "bounced")]
    first = next(one for one in town.ladder(handoff_id)["deliveries"] if one["channel"] == "email")
    told = town.announced("notification_failed", first["delivery_id"])
    assert [fact["reason"] for fact in told] == ["bounced"]
    eventually(lambda: returned.left() == [])
    assert log_of(town, handoff_id).count(("failed", "bounced")) == 1


def test_the_next_channel_follows_a_letter_that_came_back(town, mail, returned, push):
    town.open_all()
    town.add_accounts(town.aoki)
    add(town, town.aoki, push)
    prefer(town, town.aoki, "email", "push")
    handoff_id, envelope = sent_to(town, mail, town.aoki)

    returned.put(a_report(envelope.mail_from))
    look(town, returned)

    eventually(lambda: ("push", "sent") in channels(town, handoff_id))
    assert town.ladder(handoff_id)["current"] == 1
    assert listed(town) == []


def test_a_delay_is_noted_and_changes_nothing(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    handoff_id, envelope = sent_to(town, mail, town.aoki)

    returned.put(a_report(envelope.mail_from, action="delayed", status="4.2.2"))
    look(town, returned)

    eventually(lambda: returned.left() == [])
    assert tries(town, handoff_id) == [("sent", None)]
    assert log_of(town, handoff_id) == [("sent", None), ("delayed", "mailbox_waits")]
    assert doubted_at(town, town.aoki) is None


def test_a_server_that_gave_up_lost_the_letter_and_says_nothing_of_the_mailbox(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    handoff_id, envelope = sent_to(town, mail, town.aoki)

    returned.put(a_report(envelope.mail_from, status="4.4.7"))
    look(town, returned)

    eventually(lambda: tries(town, handoff_id) == [("failed", "mail_expired")])
    assert town.ladder(handoff_id)["current"] == 1
    assert [one["rung"] for one in listed(town)] == [1]
    assert doubted_at(town, town.aoki) is None


def test_what_reports_nothing_of_ours_changes_nothing_and_stays(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    handoff_id, envelope = sent_to(town, mail, town.aoki)
    forged = BOUNCE_TO.replace("{token}", "a" * 42)

    returned.put(an_answer(envelope.mail_from))
    returned.put(a_report(forged, token="b" * 42))
    returned.put(a_report("bounce@mail.example.jp"))
    look(town, returned)

    assert [was_seen for _, was_seen in returned.left()] == [True, True, True]
    assert tries(town, handoff_id) == [("sent", None)]


def test_without_sub_addresses_the_letter_in_the_report_names_itself(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    handoff_id, _ = sent_to(town, mail, town.aoki)
    (letter,) = mail.messages

    returned.put(a_report("bounce@mail.example.jp", token=letter["X-Tsunagi-Letter"]))
    look(town, returned)

    eventually(lambda: tries(town, handoff_id)[0] == ("failed", "bounced"))


def test_one_letter_about_several_fails_for_each(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    mail.refuse_to(address(town.aoki), "451 try later")
    handoffs = [town.send_note(code=f"K00{n}-2PX") for n in range(2)]
    for handoff_id in handoffs:
        eventually(lambda handoff_id=handoff_id: tries(town, handoff_id) == [("queued", "mailbox_busy")])
    mail.clear()
    town.stack.clock.advance(seconds=31)
    (envelope,) = eventually(lambda: mail.received)
    eventually(lambda: tries(town, handoffs[1]) == [("sent", None)])

    returned.put(a_report(envelope.mail_from))
    look(town, returned)

    for handoff_id in handoffs:
        eventually(lambda handoff_id=handoff_id: tries(town, handoff_id)[0] == ("failed", "bounced"))


def test_whoever_has_pressed_the_link_of_a_letter_has_it(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    handoff_id, envelope = sent_to(town, mail, town.aoki)
    ask_by_link(town, "receive_by_link", last_link(mail, town.aoki))

    returned.put(a_report(envelope.mail_from))
    look(town, returned)

    eventually(lambda: tries(town, handoff_id) == [("failed", "bounced")])
    assert town.ladder(handoff_id)["current"] == 1
    assert listed(town) == []


def test_what_was_answered_meanwhile_brings_nobody_into_play(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    handoff_id, envelope = sent_to(town, mail, town.aoki)
    told = {"acknowledged_by": town.aoki, "office_id": town.sakura, "acknowledged_at": town.stack.clock.now()}
    town.stack.broker.publish(HandoffAcknowledged.happened(handoff_id=handoff_id, **told))
    town.settle()

    returned.put(a_report(envelope.mail_from))
    look(town, returned)

    eventually(lambda: tries(town, handoff_id) == [("failed", "bounced")])
    assert town.ladder(handoff_id)["current"] == 1
    assert listed(town) == []


def test_a_letter_of_the_day_that_came_back_is_failed_and_its_address_in_doubt(town, mail, returned):
    with_digest(town, "K4M7-2PX")
    town.stack.clock.set("2026-11-25 08:30")
    eventually(lambda: states(town, town.aoki) == ["sent"])
    envelope = mail.received[-1]

    returned.put(a_report(envelope.mail_from))
    look(town, returned)

    eventually(lambda: states(town, town.aoki) == ["failed"])
    eventually(lambda: doubted_at(town, town.aoki))


def test_a_test_that_came_back_says_so_and_the_address_is_in_doubt(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    me = town.caller(town.aoki)
    assert town.stack.ask("notify", "test_channel", {"channel": "email"}, caller=me)["reason"] is None

    returned.put(a_report(mail.received[0].mail_from))
    look(town, returned)

    def reason():
        found = town.stack.ask("notify", "list_channels", {}, caller=me)["channels"]
        return next(one["reason"] for one in found if one["channel"] == "email")

    eventually(lambda: reason() == "bounced")
    eventually(lambda: doubted_at(town, town.aoki))


def test_a_mailbox_that_cannot_be_read_holds_up_no_letter(town, mail, returned):
    town.open_all()
    town.add_accounts(town.aoki)
    returned.stop()
    try:
        town.stack.clock.advance(seconds=61)
        handoff_id, envelope = sent_to(town, mail, town.aoki)
    finally:
        returned.start()

    returned.put(a_report(envelope.mail_from))
    look(town, returned)

    eventually(lambda: tries(town, handoff_id)[0] == ("failed", "bounced"))
