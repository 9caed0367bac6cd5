"""What becomes due for one person at once is one letter: with its count and codes, and for each a link."""

import re
from datetime import timedelta

import pytest

from chassis.ids import new_id
from contracts.sharing import HandoffAcknowledged
from tests.service.notify.conftest import address
from tests.service.notify.test_wishes import NIGHT, wish
from tests.support.eventually import eventually

STATES = "SELECT state, count(*) AS n FROM delivery WHERE account_id = :id GROUP BY state"
WAITING = "SELECT count(*) FROM delivery WHERE account_id = :id AND state = 'queued'"
LETTERS = "SELECT letter_id, count(*) AS n FROM delivery WHERE account_id = :id GROUP BY letter_id"


def all_sent(town, timeout=30):
    notify = town.stack.database("notify")
    eventually(lambda: notify.scalar(WAITING, id=town.aoki) == 0, timeout=timeout)


def letter_ids(town):
    rows = town.stack.database("notify").rows(LETTERS, id=town.aoki)
    return {str(row["letter_id"]): row["n"] for row in rows}


def notes_of_friday(town, count):
    town.open_all()
    town.add_accounts(town.aoki)
    town.stack.clock.set("2026-11-27 18:30")
    wish(town, town.aoki, **NIGHT)
    notes = [town.a_note(code=f"K{n:03}-2PX", urgency="today") for n in range(count)]
    for note in notes:
        town.stack.broker.publish(note)
    town.settle()
    return notes


def test_what_waited_for_the_same_morning_is_one_letter(town, mail):
    notes = notes_of_friday(town, 3)

    town.stack.clock.set("2026-11-28 08:00")
    all_sent(town)

    (letter,) = mail.to(address(town.aoki))
    assert str(letter["Subject"]) == "【つなぎ】連絡が3件届いています"
    told = re.findall(r"(K\d{3}-2PX)  (http\S+/r/\S+)", letter.get_content())
    assert sorted(code for code, _ in told) == [note.data["code"] for note in notes]
    assert len({link for _, link in told}) == 3
    [(letter_id, count)] = letter_ids(town).items()
    assert count == 3
    assert letter["Message-ID"].startswith(f"<{letter_id}@")
    ids = [
        each["delivery_id"]
        for note in notes
        for each in town.ladder(note.data["handoff_id"])["deliveries"]
        if each["channel"] == "email"
    ]
    assert [len(town.announced("notification_sent", id)) for id in ids] == [1, 1, 1]


def remind_beside(town, code):
    """A second letter about the same alert to the same person, as a rule with reminders makes it."""
    database = town.stack.database("notify")
    [row] = database.rows(
        "SELECT d.* FROM delivery d JOIN alert a ON a.alert_id = d.alert_id"
        " WHERE a.code = :code AND d.account_id = :id",
        code=code,
        id=town.aoki,
    )
    again = {**row, "delivery_id": new_id(), "queued_at": row["queued_at"] + timedelta(minutes=30)}
    names, marks = ", ".join(again), ", ".join(f":{name}" for name in again)
    database.execute(f"INSERT INTO delivery ({names}) VALUES ({marks})", **again)


def test_an_alert_stands_in_it_once_and_what_is_urgent_first(town, mail):
    notes = notes_of_friday(town, 3)
    codes = [note.data["code"] for note in notes]
    remind_beside(town, codes[0])
    town.stack.database("notify").execute(
        "UPDATE alert SET urgency = 'urgent' WHERE handoff_id = :id", id=notes[2].data["handoff_id"]
    )

    town.stack.clock.set("2026-11-28 08:00")
    all_sent(town)

    (letter,) = mail.to(address(town.aoki))
    assert str(letter["Subject"]) == "【つなぎ】連絡が3件届いています"
    told = re.findall(r"(K\d{3}-2PX)  http\S+/r/\S+", letter.get_content())
    assert (told[0], sorted(told)) == (codes[2], codes)
    assert list(letter_ids(town).values()) == [4]


def test_what_is_answered_meanwhile_is_not_in_it(town, mail):
    first, second, third = notes_of_friday(town, 3)
    town.stack.broker.publish(
        HandoffAcknowledged.happened(
            handoff_id=second.data["handoff_id"],
            acknowledged_by=town.aoki,
            office_id=town.sakura,
            acknowledged_at=town.stack.clock.now(),
        )
    )
    town.settle()

    town.stack.clock.set("2026-11-28 08:00")
    all_sent(town)

    (letter,) = mail.to(address(town.aoki))
    assert set(re.findall(r"K\d{3}-2PX", letter.get_content())) == {first.data["code"], third.data["code"]}


@pytest.fixture
def many(town):
    """The town, whose alerts climb no more when the next test moves the clock."""
    yield town
    town.stack.database("notify").execute(
        "UPDATE alert SET ended_as = 'recalled', next_at = NULL WHERE desk_id = :id", id=town.desk
    )


def test_a_thousand_alerts_are_a_few_letters_and_all_of_the_inbox(many, mail):
    many.open_all()
    many.add_accounts(many.aoki)
    for n in range(1000):
        many.stack.broker.publish(many.a_note(code=f"K{n:03}-2PX", urgency="today"))
    many.settle()

    def are_all_sent():
        many.stack.clock.advance(seconds=20)
        return many.stack.database("notify").scalar(WAITING, id=many.aoki) == 0

    eventually(are_all_sent, timeout=90, every=1)

    assert many.inbox(many.aoki)["waiting"] == 1000
    assert sum(letter_ids(many).values()) == 1000
    assert len(letter_ids(many)) == len(mail.to(address(many.aoki))) <= 20


def test_a_mailbox_that_is_busy_delays_each_of_them_and_doubles_none(town, mail):
    notes_of_friday(town, 3)
    mail.refuse = "451 try later"
    town.stack.clock.set("2026-11-28 08:00")
    notify = town.stack.database("notify")
    tried = "SELECT count(*) FROM delivery WHERE account_id = :id AND attempts = 1 AND reason = 'server_busy'"
    eventually(lambda: notify.scalar(tried, id=town.aoki) == 3)
    assert {row["state"]: row["n"] for row in notify.rows(STATES, id=town.aoki)} == {"queued": 3}

    mail.refuse = None
    town.stack.clock.advance(seconds=30)
    all_sent(town)

    assert len(mail.to(address(town.aoki))) == 1
