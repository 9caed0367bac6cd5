"""Letters of a day go out one by one: none holds up its neighbours, none goes out for somebody else."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from chassis.ids import new_id
from services.notify import daily_letters
from services.notify.channels.email import Mailbox
from services.notify.daily import LIST
from services.notify.daily_letters import DailyCarrier
from services.notify.models import alert, daily_letter
from services.notify.queries import daily
from tests.support.mail import MailCatcher

NOW = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)  # 9:00 in Japan
DAY = date(2026, 11, 25)
DESK = new_id()
# In the order in which they are sent: ids that are younger are greater.
FIRST, SECOND, THIRD = new_id(), new_id(), new_id()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail():
    catcher = MailCatcher().start()
    yield catcher
    catcher.stop()


@pytest.fixture
def three(db):
    """Three people of a desk whose list is due."""
    with db.begin() as tx:
        note = {"alert_id": new_id(), "handoff_id": new_id(), "desk_id": DESK, "code": "K4M7-2PX"}
        tx.execute(alert.insert(), note | {"raised_at": NOW - MINUTE})
        daily.queue(tx, LIST, [(who, DESK) for who in (FIRST, SECOND, THIRD)], DAY, NOW)
    return db


def address(account_id):
    return f"{account_id[-12:]}@example.jp"


def contact(account_id):
    return {"email": address(account_id), "is_active": True}


def carrier(db, mail, contact=contact):
    mailbox = Mailbox(mail.url, "tsunagi@example.jp")
    return DailyCarrier(db, lambda: NOW, contact, mailbox, "https://tsunagi.example")


def letters(db):
    """{account id: its letter}"""
    with db.begin() as tx:
        return {row.account_id: row for row in tx.execute(daily_letter.select())}


def states(db):
    found = letters(db)
    return [(found[who].state, found[who].reason) for who in (FIRST, SECOND, THIRD)]


def reached(mail):
    return [str(letter["To"]) for letter in mail.messages]


def test_one_that_breaks_comes_later_and_holds_up_nobody(three, mail):
    def broken(account_id):
        if account_id == FIRST:
            raise ValueError("no sense in this row")
        return contact(account_id)

    carrier(three, mail, broken).send_due()

    assert states(three) == [("queued", "broke"), ("sent", None), ("sent", None)]
    waits = letters(three)[FIRST]
    assert (waits.next_try_at > NOW, waits.leased_until) == (True, None)


def test_without_a_server_all_wait_and_none_is_tried_twice(three, mail):
    mail.stop()
    asked = []

    def counted(account_id):
        asked.append(account_id)
        return contact(account_id)

    carrier(three, mail, counted).send_due()

    assert states(three) == [("queued", "no_mail_server")] * 3
    assert asked == [FIRST]
    assert all(row.next_try_at > NOW and row.leased_until is None for row in letters(three).values())
    mail.start()


def test_no_letter_is_begun_whose_lease_may_be_anothers_before_it_is_sent(three, mail, monkeypatch):
    # The first takes as long as a lease lasts, less what the longest send may take.
    moments = iter([0.0, 0.0, 31.0])
    monkeypatch.setattr(daily_letters, "time", SimpleNamespace(monotonic=lambda: next(moments)))

    carrier(three, mail).send_due()

    assert reached(mail) == [address(FIRST)]
    assert states(three) == [("sent", None), ("queued", None), ("queued", None)]


def test_what_another_process_has_claimed_meanwhile_is_left_to_it(three, mail):
    def claimed_by_another():
        with three.begin() as tx:
            tx.execute(daily_letter.update().values(leased_until=datetime.now(UTC) - MINUTE))
            daily.claim_due(tx, NOW, MINUTE, 5)

    mail.on_taken = claimed_by_another

    carrier(three, mail).send_due()

    assert reached(mail) == [address(FIRST)]
    assert [state for state, _ in states(three)] == ["sent", "queued", "queued"]


def test_what_was_sent_meanwhile_is_not_sent_again(three, mail):
    def sent_by_another():
        with three.begin() as tx:
            tx.execute(daily_letter.update().values(state="sent", sent_at=NOW))

    mail.on_taken = sent_by_another

    carrier(three, mail).send_due()

    assert reached(mail) == [address(FIRST)]
