"""What services tell of how they stand, read from rows of a database that nothing runs on."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from chassis.ids import new_id
from services.accounts.models import account, invitation, invitation_mail, membership, session
from services.accounts.service import AccountsService
from services.notify.models import alert, delivery, delivery_log
from services.notify.service import NotifyService
from services.sharing.models import handoff, note, person, stay
from services.sharing.service import SharingService

NOW = datetime.now(UTC)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


class Undo(Exception):
    """Leaves no row behind."""


@pytest.fixture
def rows_of(instance):
    """`with rows_of("notify") as tx`: rolled back at the end."""

    @contextmanager
    def begin(service):
        try:
            with instance.database(service).begin() as tx:
                yield tx
                raise Undo
        except Undo:
            return

    return begin


def told(service, tx) -> dict[str, float]:
    """Return the figures by name; of those that each channel has, that of e-mail."""
    figures = service.figures(tx, NOW)
    return {each.name: each.value for each in figures if each.labels.get("channel", "email") == "email"}


def an_alert(**more):
    return {"alert_id": new_id(), "handoff_id": new_id(), **more}


def test_a_ladder_is_as_late_as_its_oldest_rung_that_is_due(rows_of):
    with rows_of("notify") as tx:
        for more in (
            {"next_at": ago(seconds=-600)},
            {"next_at": ago(seconds=90)},
            {"next_at": ago(seconds=40), "overdue_at": ago(hours=1)},
            {"next_at": ago(days=1), "ended_as": "accepted"},
        ):
            tx.execute(alert.insert(), an_alert(**more))

        found = told(NotifyService, tx)

    assert (found["alerts_open"], found["alerts_overdue"], found["ladder_late_s"]) == (3, 1, 90)


def test_a_ladder_whose_time_has_not_come_is_not_late(rows_of):
    with rows_of("notify") as tx:
        tx.execute(alert.insert(), an_alert(next_at=ago(seconds=-600)))

        assert told(NotifyService, tx)["ladder_late_s"] == 0


def test_letters_that_wait_and_that_were_given_up_today_are_counted(rows_of):
    with rows_of("notify") as tx:
        about = an_alert()
        tx.execute(alert.insert(), about)
        for state, queued_at in (("queued", ago(minutes=20)), ("queued", ago(minutes=1)), ("failed", NOW)):
            letter = {"delivery_id": new_id(), "alert_id": about["alert_id"], "account_id": new_id()}
            letter |= {"rung": 1, "channel": "email", "state": state, "queued_at": queued_at}
            tx.execute(delivery.insert(), letter)
            log = {"log_id": new_id(), "delivery_id": letter["delivery_id"], "at": NOW, "outcome": state}
            tx.execute(delivery_log.insert(), log)

        found = told(NotifyService, tx)

    names = ("deliveries_waiting", "delivery_oldest_s", "deliveries_failed")
    assert [found[name] for name in names] == [2, 1200, 1]


@pytest.mark.parametrize(("people", "age_s"), [(1, 0), (4, 0), (5, 1200)])
def test_a_full_mailbox_does_not_make_the_channel_late_but_many_do(rows_of, people, age_s):
    with rows_of("notify") as tx:
        about = an_alert()
        tx.execute(alert.insert(), about)
        for _ in range(people):
            letter = {
                "delivery_id": new_id(),
                "alert_id": about["alert_id"],
                "account_id": new_id(),
                "rung": 1,
            }
            waits = {"channel": "email", "state": "queued", "queued_at": ago(minutes=20)}
            tx.execute(delivery.insert(), letter | waits | {"reason": "mailbox_busy"})

        found = told(NotifyService, tx)

    assert (found["deliveries_waiting"], found["delivery_oldest_s"]) == (people, age_s)


def test_handoffs_that_no_ladder_took_up_are_counted_from_their_sending(rows_of):
    with rows_of("sharing") as tx:
        for state, delivered_at, sent_at in (
            ("sent", None, ago(minutes=5)),
            ("seen", None, ago(minutes=4)),
            ("recalled", None, ago(hours=1)),
            ("sent", ago(minutes=59), ago(hours=1)),
        ):
            add_handoff(tx, state=state, delivered_at=delivered_at, sent_at=sent_at)

        found = told(SharingService, tx)

    assert (found["handoffs_untold"], found["handoff_untold_s"]) == (2, 300)


def test_sessions_in_use_and_invitations_are_counted(rows_of):
    with rows_of("accounts") as tx:
        account_id, membership_id = new_id(), new_id()
        tx.execute(account.insert(), a_row(account, account_id=account_id))
        member = {"membership_id": membership_id, "account_id": account_id}
        tx.execute(membership.insert(), a_row(membership, **member))
        for name, used_at in (("a", ago(minutes=1)), ("b", ago(hours=2))):
            used = {**member, "session": name, "last_used_at": used_at}
            tx.execute(session.insert(), a_row(session, **used))
        for due_at, reason in ((NOW, None), (None, "mailbox_refused")):
            invited = {"invitation_id": new_id(), "account_id": account_id, "made_at": ago(minutes=30)}
            tx.execute(invitation.insert(), a_row(invitation, **invited, used_at=None, code_hash=None))
            mail = {"mail_id": new_id(), "invitation_id": invited["invitation_id"], "due_at": due_at}
            tx.execute(invitation_mail.insert(), {**mail, "tries": 1, "reason": reason, "sent_at": None})

        found = told(AccountsService, tx)

    names = ("sessions_open", "deliveries_waiting", "delivery_oldest_s", "deliveries_failed")
    assert [found[name] for name in names] == [1, 1, 1800, 1]


def add_handoff(tx, **more):
    person_id, stay_id, note_id, handoff_id = (new_id() for _ in range(4))
    ids = {"person_id": person_id, "stay_id": stay_id, "note_id": note_id, "handoff_id": handoff_id}
    for table in (person, stay, note):
        tx.execute(table.insert(), a_row(table, **{k: v for k, v in ids.items() if k in table.c}))
    tx.execute(handoff.insert(), a_row(handoff, **{**ids, "code": handoff_id[-8:], **more}))


def a_row(table, **given):
    """Return a row of `table`: what was given, and something of the right kind where a value is needed."""
    needed = [column for column in table.c if not column.nullable and column.server_default is None]
    return {**{column.name: _something(column) for column in needed}, **given}


def _something(column):
    kind = type(column.type).__name__
    plain = {"Id": new_id(), "Moment": NOW, "Json": [], "Boolean": False, "Date": NOW.date(), "String": "x"}
    return plain.get(kind, 1)
