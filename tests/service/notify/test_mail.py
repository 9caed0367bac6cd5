"""Letters go out once, survive a mail server that is down, and say nothing of a person."""

import re
from collections import Counter
from datetime import UTC, datetime

from contracts.sharing import HandoffAcknowledged
from services.notify.bursts import SHOWN
from services.notify.delivering import LEASE
from tests.service.notify.conftest import address, link_in
from tests.support.eventually import eventually


def deliveries(town, handoff_id):
    shown = town.ladder(handoff_id)["deliveries"]
    return [(each["channel"], each["state"], each["reason"]) for each in shown if each["channel"] == "email"]


def settled(town, handoff_id, state):
    eventually(lambda: [each[1] for each in deliveries(town, handoff_id)] == [state])


def test_the_asked_person_gets_one_mail_with_code_and_link_only(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)

    handoff_id = town.send_note()
    settled(town, handoff_id, "sent")

    (letter,) = mail.messages
    assert str(letter["To"]) == address(town.aoki)
    assert str(letter["Subject"]) == "【つなぎ】退院・退所の連絡が届いています（K4M7-2PX）"
    link = link_in(letter)
    assert re.fullmatch(re.escape(town.stack.instance.public_url) + r"/r/[\w-]{43}", link)
    assert letter.get_content() == (
        "架空総合病院 から、退院・退所の連絡が届いています。\n\n"
        "整理番号  K4M7-2PX\n"
        f"開く      {link}\n\n"
        "サインインして内容を確かめ、「受け取りました」を押してください。\n"
        "サインインできないときも、リンクの先で、事業所に届いたことを知らせられます（14日の間、1回）。\n"
        "返事がないときは、決まった時間のあとで次の担当へ移ります。\n\n"
        "このメールに個人の情報は書かれていません。このメールへの返信は届きません。\n"
        "つなぎ（在宅医療・介護連携）\n"
    )


def test_whoever_chose_english_is_written_to_in_english(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    town.choose_language(town.aoki, "en")

    handoff_id = town.send_note()
    settled(town, handoff_id, "sent")

    (letter,) = mail.messages
    assert str(letter["Subject"]) == "Tsunagi: a discharge note has arrived (K4M7-2PX)"
    assert "A discharge note has arrived from 架空総合病院." in letter.get_content()


def test_a_mail_server_that_is_down_delays_and_doubles_nothing(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    mail.stop()
    try:
        handoff_id = town.send_note()
        eventually(lambda: deliveries(town, handoff_id) == [("email", "queued", "no_mail_server")])
    finally:
        mail.start()

    town.stack.clock.advance(seconds=30)
    settled(town, handoff_id, "sent")
    town.settle()

    (letter,) = mail.to(address(town.aoki))
    (delivery_id,) = [
        each["delivery_id"] for each in town.ladder(handoff_id)["deliveries"] if each["channel"] == "email"
    ]
    assert letter["Message-ID"].startswith(f"<{delivery_id}@")
    assert len(town.announced("notification_sent", delivery_id)) == 1
    log = town.stack.database("notify").rows(
        "SELECT outcome FROM delivery_log WHERE delivery_id = :id ORDER BY at", id=delivery_id
    )
    assert [row["outcome"] for row in log] == ["delayed", "sent"]


def test_a_mailbox_that_does_not_exist_is_not_tried_again(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    mail.refuse = "550 no such mailbox"

    handoff_id = town.send_note()
    eventually(lambda: ("email", "failed", "mail_refused") in deliveries(town, handoff_id))

    (delivery_id, attempts), *_others = [
        (each["delivery_id"], each["attempts"])
        for each in town.ladder(handoff_id)["deliveries"]
        if each["channel"] == "email"
    ]
    assert attempts == 1
    assert [fact["reason"] for fact in town.announced("notification_failed", delivery_id)] == ["mail_refused"]


def test_a_letter_that_cannot_be_written_holds_up_no_other(town, mail):
    town.open_all()
    town.add_accounts(town.aoki, town.baba)
    town.stack.database("accounts").execute(
        "UPDATE account SET email = :email WHERE account_id = :id", email="a\nb@example.jp", id=town.aoki
    )

    broken = town.send_note()
    eventually(lambda: deliveries(town, broken) == [("email", "queued", "broke")])
    other = town.send_note(to_account_id=town.baba)
    settled(town, other, "sent")


def test_a_letter_is_given_up_after_three_days(town, mail):
    town.open_all()
    town.add_accounts(town.counsellor)
    mail.refuse = "451 try later"
    handoff_id = town.send_note(to_account_id=None, to_office_id=None)
    eventually(lambda: deliveries(town, handoff_id)[0] == ("email", "queued", "server_busy"))

    town.stack.clock.advance(days=3, minutes=1)

    eventually(lambda: deliveries(town, handoff_id)[0] == ("email", "failed", "server_busy"))


def test_who_has_no_account_or_address_is_shown_as_not_reached(town):
    town.open_all()

    handoff_id = town.send_note()

    settled(town, handoff_id, "failed")
    assert deliveries(town, handoff_id) == [("email", "failed", "unknown_account")]


def test_a_killed_process_loses_no_letter(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    # Even in one letter all of them are named.
    notes = [town.a_note(code=f"K{n:03}-2PX") for n in range(SHOWN)]

    for number, note in enumerate(notes):
        town.stack.broker.publish(note)
        if number == SHOWN // 2:
            town.stack.kill("notify")
            killed_at = datetime.now(UTC)
    town.stack.wait_ready()
    town.settle()
    # Leases of the dead process have to run out first; nobody waits for that here.
    town.stack.database("notify").execute(
        "UPDATE delivery SET leased_until = NULL WHERE state = 'queued' AND leased_until < :end",
        end=killed_at + LEASE,
    )

    # After three letters the rest of a minute goes as one.
    town.stack.clock.advance(seconds=61)
    eventually(lambda: waiting_letters(town) == 0, timeout=30)
    letters = mail.to(address(town.aoki))
    told = Counter(code for each in letters for code in codes(each))
    assert told.keys() == {note.data["code"] for note in notes}
    # Only what was under way when the process died is told once more.
    twice = {code for code, count in told.items() if count > 1}
    assert sum(twice <= set(codes(each)) for each in letters) >= (2 if twice else 0)


def waiting_letters(town):
    statement = "SELECT count(*) FROM delivery WHERE account_id = :id AND state = 'queued'"
    return town.stack.database("notify").scalar(statement, id=town.aoki)


def codes(letter):
    return set(re.findall(r"\bK\d{3}-2PX\b", letter.get_content()))


def test_an_ended_handoff_sends_no_waiting_letter(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    mail.refuse = "451 try later"
    handoff_id = town.send_note()
    eventually(lambda: deliveries(town, handoff_id) == [("email", "queued", "server_busy")])

    town.stack.broker.publish(
        HandoffAcknowledged.happened(
            handoff_id=handoff_id,
            acknowledged_by=town.aoki,
            office_id=town.sakura,
            acknowledged_at=town.stack.clock.now(),
        )
    )
    town.settle()
    mail.clear()
    town.stack.clock.advance(hours=1)
    later = town.send_note()
    settled(town, later, "sent")

    assert deliveries(town, handoff_id) == [("email", "cancelled", "acknowledged")]
    assert len(mail.to(address(town.aoki))) == 1
