"""An office's own system hears of its handoffs: signed, again after failures, never lost."""

import pytest

from chassis.ids import new_id
from contracts.errors import AccessDenied, Conflict, Invalid, NotFound
from contracts.sharing import HandoffCompleted, HandoffSeen
from tests.service.notify.conftest import address
from tests.service.notify.offices import Office, acknowledge, announce
from tests.support.calls import a_caller
from tests.support.eventually import eventually
from tests.support.receiver import Receiver


def test_each_state_is_told_signed_and_without_a_person(town, receiver, office):
    handoff_id = town.send_note()
    announce(town, HandoffSeen, handoff_id, seen_by=town.aoki, seen_at=town.stack.clock.now())
    acknowledge(town, handoff_id)
    done = {"completed_by": town.aoki, "completed_at": town.stack.clock.now()}
    announce(town, HandoffCompleted, handoff_id, **done)

    told = eventually(lambda: (found := receiver.about(handoff_id))[3:] and found)

    assert {one.content["data"]["state"] for one in told} == {"sent", "seen", "acknowledged", "completed"}
    assert len({one.id for one in told}) == len(told) == 4
    for one in told:
        content = one.verify(office.secret)
        state = content["data"]["state"]
        assert set(content) == {"type", "timestamp", "data"}
        assert content["type"] == f"handoff.{state}"
        assert content["data"] == {
            "handoff_id": handoff_id,
            "code": "K4M7-2PX",
            "kind": "discharge_note",
            "state": state,
            "link": f"{town.stack.instance.public_url}/h/K4M7-2PX",
        }


def test_only_the_chosen_states_are_told_and_only_of_own_handoffs(town, receiver):
    town.open_all()
    office = Office(town, receiver, ["acknowledged"])
    elsewhere = town.send_note(to_office_id=new_id(), to_account_id=new_id())
    handoff_id = town.send_note()
    acknowledge(town, elsewhere)
    acknowledge(town, handoff_id)

    eventually(lambda: receiver.about(handoff_id))
    town.settle()

    assert [one.content["data"]["state"] for one in receiver.told] == ["acknowledged"]
    office.change("remove_webhook")


def test_what_is_heard_before_its_note_is_told_when_the_note_comes(town, receiver, office):
    note = town.a_note()
    handoff_id = note.data["handoff_id"]
    acknowledge(town, handoff_id)
    town.settle()
    assert receiver.told == []

    town.stack.broker.publish(note)

    eventually(lambda: len(receiver.about(handoff_id)) == 2)
    assert {one.content["data"]["state"] for one in receiver.told} == {"sent", "acknowledged"}


def test_a_failure_is_tried_again_later_with_the_same_id(town, receiver, office):
    receiver.status = 500
    handoff_id = town.send_note()
    eventually(lambda: office.webhook()["failing_since"])
    (waiting,) = office.deliveries()
    receiver.status = 204

    town.stack.clock.advance(seconds=11)

    eventually(lambda: office.deliveries()[0]["state"] == "sent")
    first, second = receiver.about(handoff_id)
    assert (waiting["state"], waiting["status"], waiting["reason"]) == ("queued", 500, "refused")
    assert first.id == second.id == waiting["delivery_id"]
    assert office.webhook()["failing_since"] is None


def test_an_address_that_fails_is_not_tried_for_each_message(town, receiver, office):
    receiver.status = 503
    for _ in range(3):
        town.send_note()

    eventually(lambda: office.webhook()["waiting"] == 3 and office.webhook()["failing_since"])
    town.settle()

    assert len(receiver.told) == 1


def test_after_days_a_message_is_given_up_and_the_page_can_say_since_when(town, receiver, office):
    receiver.status = 500
    town.send_note()
    since = eventually(lambda: office.webhook()["failing_since"])

    town.stack.clock.advance(days=3, minutes=1)

    (given_up,) = eventually(lambda: [d for d in office.deliveries() if d["state"] == "failed"])
    assert (given_up["reason"], given_up["next_try_at"]) == ("refused", None)
    assert office.webhook()["failing_since"] == since


def test_gone_switches_it_off(town, receiver, office):
    receiver.status = 410
    town.send_note()

    eventually(lambda: office.webhook()["state"] == "gone")
    later = town.send_note()
    town.settle()

    assert office.webhook()["waiting"] == 0
    assert receiver.about(later) == []


def test_the_manager_is_told_once_by_mail_of_one_that_is_gone(town, receiver, office, mail):
    town.add_accounts(town.manager)
    receiver.status = 410
    town.send_note()

    message = eventually(lambda: mail.to(address(town.manager)))[0]

    assert f"/office/systems/webhooks/{office.id}" in message.get_content()
    told = "SELECT told_at FROM webhook WHERE webhook_id = :id"
    assert town.stack.database("notify").scalar(told, id=office.id)
    receiver.status = 204
    office.change("test_webhook")
    assert town.stack.database("notify").scalar(told, id=office.id), "a test would have them told again"


def test_a_manager_who_chose_english_is_told_in_english(town, receiver, office, mail):
    town.add_accounts(town.manager)
    town.choose_language(town.manager, "en")
    receiver.status = 410
    town.send_note()

    message = eventually(lambda: mail.to(address(town.manager)))[0]

    assert str(message["Subject"]) == "Tsunagi: your other system is not being told"


def test_the_manager_is_told_of_one_that_has_failed_for_an_hour(town, receiver, office, mail):
    town.add_accounts(town.manager)
    receiver.status = 500
    town.send_note()
    eventually(lambda: office.webhook()["failing_since"])
    assert mail.to(address(town.manager)) == []

    town.stack.clock.advance(hours=1, minutes=1)

    eventually(lambda: "届いていません" in "".join(m["Subject"] for m in mail.to(address(town.manager))))


def test_a_redirect_is_not_followed(town, receiver, office):
    other = Receiver()
    receiver.status, receiver.location = 302, other.url
    town.send_note()

    eventually(lambda: office.webhook()["failing_since"])

    assert office.deliveries()[0]["reason"] == "redirect"
    assert other.told == []
    other.close()


def test_what_happens_during_a_pause_comes_after_it(town, receiver, office):
    office.change("pause_webhook")
    handoff_id = town.send_note()
    eventually(lambda: office.webhook()["waiting"] == 1)
    assert receiver.told == []

    office.change("resume_webhook")

    eventually(lambda: receiver.about(handoff_id))


def test_one_out_of_a_backup_waits_until_its_manager_is_told_and_lets_it_go_on(town, receiver, office, mail):
    town.add_accounts(town.manager)
    restored = "UPDATE webhook SET state = 'restored' WHERE webhook_id = :id"
    town.stack.database("notify").execute(restored, id=office.id)
    handoff_id = town.send_note()
    eventually(lambda: office.webhook()["waiting"] == 1)
    assert (office.webhook()["state"], receiver.told) == ("restored", [])
    eventually(lambda: mail.to(address(town.manager)))

    office.change("resume_webhook")

    eventually(lambda: receiver.about(handoff_id))


def test_a_test_is_sent_at_once_and_its_answer_shown(town, receiver, office):
    good = office.change("test_webhook")["delivery"]
    receiver.status = 404
    bad = office.change("test_webhook")["delivery"]

    assert (good["state"], good["status"], good["what"]) == ("sent", 204, "test")
    assert (bad["state"], bad["status"]) == ("failed", 404)
    assert receiver.told[0].verify(office.secret)["type"] == "test"


@pytest.mark.long
def test_killed_between_sent_and_recorded_it_is_told_again_with_the_same_id(town, receiver, office):
    receiver.before_answer = lambda: town.stack.kill("notify")
    note = town.a_note()
    town.stack.broker.publish(note)
    handoff_id = note.data["handoff_id"]

    # A lease is a minute of real time.
    eventually(lambda: len(receiver.about(handoff_id)) == 2, timeout=150)
    town.stack.wait_ready()

    assert len({one.id for one in receiver.about(handoff_id)}) == 1
    eventually(lambda: office.deliveries()[0]["state"] == "sent")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/hook", "not_https"),
        ("ftp://example.com/hook", "not_a_url"),
        ("https://user:secret@example.com/", "not_a_url"),
        ("https://10.0.0.1/hook", "not_public"),
        ("https://169.254.169.254/latest", "not_public"),
        ("https://[fd00::1]/", "not_public"),
        ("https://no-such-name.invalid/", "not_found_by_name"),
    ],
)
def test_an_address_that_is_not_public_is_refused_with_words_at_its_field(town, url, code):
    manager = a_caller("office_manager", office_id=town.sakura)

    with pytest.raises(Invalid) as refusal:
        town.stack.ask("notify", "add_webhook", {"url": url, "states": ["sent"]}, caller=manager)

    assert refusal.value.fields == {"url": [code]}


def test_only_the_offices_own_manager_has_to_do_with_it(town, office, receiver):
    stranger = a_caller("office_manager")

    with pytest.raises(NotFound):
        office.ask("test_webhook", by=stranger, webhook_id=office.id)
    with pytest.raises(AccessDenied):
        office.ask("list_webhooks", by=a_caller("care_manager", office_id=town.sakura))
    with pytest.raises(Conflict, match="webhook_exists"):
        office.ask("add_webhook", url=receiver.url, states=["sent"])
    assert "secret" not in office.webhook()
