"""Letters of a day: one about what is open, at the time that was chosen, whatever the clock does."""

import re

import pytest

from chassis.ids import new_id
from contracts.errors import AccessDenied
from contracts.sharing import HandoffAcknowledged
from tests.service.notify.conftest import a_member, address
from tests.service.notify.test_rules import a_rung, change
from tests.service.notify.test_wishes import letters, wish
from tests.support.calls import a_caller
from tests.support.eventually import eventually

DIGEST, LIST = "【つなぎ】返事を待っている連絡", "【つなぎ】返事のない連絡"
STATES = "SELECT state FROM daily_letter WHERE account_id = :id AND kind = :kind ORDER BY queued_at"
DAY = "SELECT day FROM daily_turn WHERE of_id = :id AND kind = :kind"


def subjects(mail, account_id, beginning):
    found = [str(letter["Subject"]) for letter in mail.to(address(account_id))]
    return [subject for subject in found if subject.startswith(beginning)]


def states(town, account_id, kind="digest"):
    rows = town.stack.database("notify").rows(STATES, id=account_id, kind=kind)
    return [row["state"] for row in rows]


def decided(town, day, of_id=None, kind="digest"):
    """Wait until it was decided whether there is a letter on a day."""
    notify = town.stack.database("notify")
    eventually(lambda: str(notify.scalar(DAY, id=of_id or town.aoki, kind=kind)) == day)


def turn(town, moment):
    """Set the clock, and wait until the letters that are due at that moment were decided on.

    Whether they were is told by the turn of somebody new whose digest is due just then.
    """
    notify, witness = town.stack.database("notify"), new_id()
    town.stack.clock.set(moment)
    notify.execute(
        "INSERT INTO wish (account_id, content, changed_at, digest_at) VALUES (:id, '{}', :now, :at)",
        id=witness,
        now=town.stack.clock.now(),
        at=moment[11:],
    )
    decided(town, moment[:10], witness)
    notify.execute("DELETE FROM wish WHERE account_id = :id", id=witness)


def with_digest(town, *codes, at="08:30", **wishes):
    """Aoki with a digest, on a Tuesday after its time, and notes of that day that wait for Aoki."""
    town.open_all()
    town.add_accounts(town.aoki)
    wish(town, town.aoki, digest_at=at, **wishes)
    # So late that the rung is still Aoki's on the next morning.
    town.stack.clock.set("2026-11-24 16:55")
    return [town.send_note(code=code, urgency="today") for code in codes]


def test_a_digest_comes_at_its_time_with_count_and_codes_only(town, mail):
    with_digest(town, "K4M7-2PX", "K4M8-2PX")
    eventually(lambda: len(mail.to(address(town.aoki))) == 2)
    turn(town, "2026-11-25 08:29")
    assert states(town, town.aoki) == []

    town.stack.clock.set("2026-11-25 08:30")
    eventually(lambda: states(town, town.aoki) == ["sent"])

    letter = mail.to(address(town.aoki))[-1]
    assert str(letter["Subject"]) == f"{DIGEST}が2件あります"
    body = letter.get_content()
    assert re.findall(r"K4M\d-2PX", body) == ["K4M7-2PX", "K4M8-2PX"]
    assert re.findall(r"https?://\S+", body) == [next(iter(re.findall(r"https?://\S+/inbox", body)))]
    assert "架空総合病院" not in body


def test_a_digest_and_a_list_come_in_the_language_of_their_reader(town, mail):
    with_digest(town, "K4M7-2PX")
    town.add_accounts(town.counsellor)
    for account_id in (town.aoki, town.counsellor):
        town.choose_language(account_id, "en")

    town.stack.clock.set("2026-11-25 08:30")
    eventually(lambda: subjects(mail, town.aoki, "Tsunagi: waiting for your answer: 1"))
    town.stack.clock.set("2026-11-25 09:00")
    eventually(lambda: subjects(mail, town.counsellor, "Tsunagi: notes without an answer: 1"))


def test_no_second_digest_comes_when_the_clock_goes_back_or_more_happens_in_that_second(town, mail):
    with_digest(town, "K4M7-2PX")
    town.stack.clock.set("2026-11-25 08:30")
    for code in ("K4M8-2PX", "K4M9-2PX"):
        town.stack.broker.publish(town.a_note(code=code, urgency="today"))
    eventually(lambda: states(town, town.aoki) == ["sent"])

    turn(town, "2026-11-25 07:30")
    town.send_note(code="K4M6-2PX", urgency="today")
    turn(town, "2026-11-25 07:31")
    turn(town, "2026-11-25 08:31")
    town.send_note(code="K4M5-2PX", urgency="today")
    wish(town, town.aoki, digest_at="08:31")
    turn(town, "2026-11-25 08:32")
    assert states(town, town.aoki) == ["sent"]
    # The next day's turn comes after whatever this one's would have brought.
    town.stack.clock.set("2026-11-25 16:55")
    town.send_note(code="K4M4-2PX", urgency="today")
    town.stack.clock.set("2026-11-26 08:31")
    eventually(lambda: len(states(town, town.aoki)) > 1)

    days = town.stack.database("notify").rows(
        "SELECT day FROM daily_letter WHERE account_id = :id ORDER BY day", id=town.aoki
    )
    assert [str(row["day"]) for row in days] == ["2026-11-25", "2026-11-26"]
    eventually(lambda: len(subjects(mail, town.aoki, DIGEST)) == 2)


def test_what_asks_for_an_answer_has_letters_of_its_own_and_none_is_late(town, mail):
    with_digest(town)
    town.stack.clock.set("2026-11-25 08:30")

    handoff_id = town.send_note(code="K4M7-2PX", urgency="today")

    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])
    delivery = next(each for each in town.ladder(handoff_id)["deliveries"] if each["channel"] == "email")
    assert delivery["sent_at"] < "2026-11-24T23:31"
    assert "退院・退所の連絡が届いています（K4M7-2PX）" in str(mail.to(address(town.aoki))[0]["Subject"])


def test_an_empty_digest_is_not_sent(town, mail):
    with_digest(town)

    town.stack.clock.set("2026-11-25 08:30")
    decided(town, "2026-11-25")

    assert states(town, town.aoki) == []


def test_what_was_answered_while_the_letter_waited_is_not_in_it(town, mail):
    (handoff_id,) = with_digest(town, "K4M7-2PX")
    eventually(lambda: len(mail.to(address(town.aoki))) == 1)
    mail.refuse = "451 try later"
    town.stack.clock.set("2026-11-25 08:30")
    notify = town.stack.database("notify")
    reason = "SELECT reason FROM daily_letter WHERE account_id = :id"
    eventually(lambda: notify.scalar(reason, id=town.aoki) == "server_busy")
    town.stack.broker.publish(
        HandoffAcknowledged.happened(
            handoff_id=handoff_id,
            acknowledged_by=town.aoki,
            office_id=town.sakura,
            acknowledged_at=town.stack.clock.now(),
        )
    )
    town.settle()

    mail.refuse = None
    town.stack.clock.advance(seconds=15)

    eventually(lambda: states(town, town.aoki) == ["dropped"])
    assert subjects(mail, town.aoki, DIGEST) == []


@pytest.mark.parametrize(("quiet_holidays", "sent"), [(True, []), (False, ["sent"])])
def test_no_digest_comes_on_days_off_and_on_holidays_as_it_was_wished(town, mail, quiet_holidays, sent):
    town.open_all()
    town.add_accounts(town.aoki)
    town.stack.clock.set("2026-11-20 16:55")
    wish(town, town.aoki, digest_at="08:30", quiet_holidays=quiet_holidays)
    town.send_note(code="K4M7-2PX", urgency="today")

    for day in ("2026-11-21", "2026-11-22"):  # Saturday and Sunday
        town.stack.clock.set(f"{day} 09:00")
        decided(town, day)
        assert states(town, town.aoki) == []
    town.stack.clock.set("2026-11-23 08:30")  # 勤労感謝の日
    decided(town, "2026-11-23")

    eventually(lambda: states(town, town.aoki) == sent)


def test_a_time_that_has_passed_counts_from_the_next_day_on(town, mail):
    with_digest(town, "K4M7-2PX", at=None)

    wish(town, town.aoki, digest_at="08:30")
    decided(town, "2026-11-24")
    assert states(town, town.aoki) == []

    town.stack.clock.set("2026-11-25 08:30")
    eventually(lambda: states(town, town.aoki) == ["sent"])


# The desk's list -----------------------------------------------------------------------------


def ask(town, method, role="desk", **request):
    who = a_caller(account_id=town.counsellor, office_id=town.desk, role=role)
    return town.stack.ask("notify", method, request, caller=who)


def test_the_desk_sees_what_nobody_has_answered_and_its_staff_get_it_once_a_day(town, mail):
    town.open_all()
    town.add_accounts(town.counsellor)
    town.stack.clock.set("2026-11-24 16:30")
    first = town.send_note(code="K4M7-2PX", urgency="today")
    second = town.send_note(code="K4M8-2PX", urgency="today")

    turn(town, "2026-11-25 08:59")
    found = ask(town, "list_unanswered")
    assert [(one["handoff_id"], one["role"]) for one in found["unanswered"]] == [
        (first, "care_manager"),
        (second, "care_manager"),
    ]
    assert (found["count"], found["lists_at"]) == (2, "09:00")
    assert found["unanswered"][0]["age_s"] // 60 == 16 * 60 + 29
    assert states(town, town.counsellor, "list") == []
    town.stack.clock.set("2026-11-25 09:00")
    eventually(lambda: states(town, town.counsellor, "list") == ["sent"])
    # Twice, since the first turn after a change may have begun before it.
    turn(town, "2026-11-25 08:00")
    turn(town, "2026-11-25 08:01")
    turn(town, "2026-11-25 09:01")
    assert states(town, town.counsellor, "list") == ["sent"]
    town.stack.clock.set("2026-11-26 09:00")
    eventually(lambda: states(town, town.counsellor, "list") == ["sent", "sent"])

    assert subjects(mail, town.counsellor, LIST) == [f"{LIST}が2件あります"] * 2


def test_what_comes_after_the_time_is_for_the_next_working_day(town, mail):
    town.open_all()
    town.add_accounts(town.counsellor)
    town.stack.clock.set("2026-11-27 09:30")  # Friday
    town.send_note(urgency="today")

    for moment in ("2026-11-27 12:00", "2026-11-28 09:00", "2026-11-29 09:00"):
        turn(town, moment)
        if moment > "2026-11-28":
            decided(town, moment[:10], town.desk, "list")
        assert states(town, town.counsellor, "list") == []
    town.stack.clock.set("2026-11-30 09:00")

    eventually(lambda: states(town, town.counsellor, "list") == ["sent"])


def test_the_desk_sets_its_time_and_nobody_else_does(town, mail):
    town.open_all()
    town.add_accounts(town.counsellor)
    town.send_note(urgency="today")

    with pytest.raises(AccessDenied):
        ask(town, "set_list_time", role="care_manager", lists_at="13:00")
    assert ask(town, "set_list_time", lists_at="13:00")["lists_at"] == "13:00"

    town.stack.clock.set("2026-11-24 13:00")
    eventually(lambda: states(town, town.counsellor, "list") == ["sent"])


def test_the_list_says_when_the_next_is_asked_and_not_when_somebody_is_reminded(town):
    town.open_all()
    change(town, a_rung("care_manager", 10, repeats=2), a_rung("desk"))
    handoff_id = town.send_note()

    (one,) = ask(town, "list_unanswered")["unanswered"]

    # In opening time: 10 minutes for the first letter, and for each of both reminders.
    assert one["next_at"][:16] == town.ladder(handoff_id)["next_at"][:16] == "2026-11-24T01:30"


def test_whoever_has_moved_to_another_office_gets_the_digest_there(town, mail):
    with_digest(town)
    elsewhere = new_id()
    town.tell_hours(elsewhere, name="ケアプランもみじ")
    town.tell_staff(elsewhere, [a_member(town.aoki)])
    town.tell_staff(town.sakura, town.staff_of_sakura()[1:], town.manager, revision=2)
    town.send_note(code="K4M7-2PX", urgency="today", to_office_id=elsewhere)

    town.stack.clock.set("2026-11-25 08:30")

    eventually(lambda: states(town, town.aoki) == ["sent"])
    assert "K4M7-2PX" in mail.to(address(town.aoki))[-1].get_content()


def test_whoever_works_nowhere_any_more_gets_none(town, mail):
    with_digest(town, "K4M7-2PX")
    gone = [a_member(town.aoki, is_active=False), *town.staff_of_sakura()[1:]]
    town.tell_staff(town.sakura, gone, town.manager, revision=2)
    town.settle()

    town.stack.clock.set("2026-11-25 08:30")
    decided(town, "2026-11-25")

    assert states(town, town.aoki) == []
