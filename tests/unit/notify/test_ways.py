"""In which order somebody's channels are used, and what follows one that has failed."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.ids import new_id
from services.notify.models import alert, delivery, device, push_key
from services.notify.queries import deliveries, ranks
from services.notify.ways import next_letters, steps

BOTH = ("push", "email")
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ALERT, AOKI, KEY = new_id(), new_id(), new_id()


@pytest.mark.parametrize(
    ("order", "there", "used"),
    [
        ({}, BOTH, [["email", "push"]]),
        ({}, ("email",), [["email"]]),
        ({}, (), []),
        ({"push": 1, "email": 2}, BOTH, [["push"], ["email"]]),
        ({"push": 2, "email": 1}, BOTH, [["email"], ["push"]]),
        ({"push": 1, "email": 1}, BOTH, [["email", "push"]]),
        ({"email": 1}, BOTH, [["email"]]),
        ({"push": 1, "email": 2}, ("email",), [["email"]]),
        # The only one that was chosen is gone: what is left counts.
        ({"push": 1}, ("email",), [["email"]]),
    ],
)
def test_those_of_a_step_at_once_and_then_the_next(order, there, used):
    assert steps(order, there) == used


# What follows a failure ----------------------------------------------------------------------


@pytest.fixture
def tx(db):
    """Aoki's alert and browser, in a transaction."""
    with db.begin() as tx:
        tx.execute(alert.insert(), {"alert_id": ALERT, "handoff_id": new_id()})
        key = {"key_id": KEY, "public": "p", "closed": "c", "closed_with": "r", "made_with": "r"}
        tx.execute(push_key.insert(), key)
        kept = {"device_id": new_id(), "account_id": AOKI, "endpoint_hash": "h", "closed": "c"}
        kept |= {"closed_with": "r", "key_id": KEY, "browser": "firefox", "system": "android"}
        tx.execute(device.insert(), kept | {"language": "ja", "added_at": NOW})
        yield tx


def prefer(tx, *order):
    ranks.save(tx, AOKI, "urgent", {channel: rank for rank, channel in enumerate(order, 1)})


def tried(tx, channel, state="failed", at=NOW):
    """A delivery to Aoki that was tried."""
    values = {"delivery_id": new_id(), "alert_id": ALERT, "account_id": AOKI, "rung": 1}
    values |= {"channel": channel, "state": state, "attempts": 1, "queued_at": at}
    tx.execute(delivery.insert(), values)
    return next(
        row for row in deliveries.deliveries_of(tx, ALERT) if row.delivery_id == values["delivery_id"]
    )


def follows(tx, row, at=NOW, by_mail=True):
    return [one["channel"] for one in next_letters(tx, row, "urgent", at, by_mail=by_mail)]


def test_the_next_step_follows_one_that_has_failed(tx):
    prefer(tx, "push", "email")

    (letter,) = next_letters(tx, tried(tx, "push"), "urgent", NOW, by_mail=True)

    assert (letter["channel"], letter["state"], letter["next_try_at"]) == ("email", "queued", NOW)
    assert (letter["alert_id"], letter["account_id"], letter["rung"]) == (ALERT, AOKI, 1)


def test_nothing_follows_when_every_step_has_failed(tx):
    prefer(tx, "push", "email")
    tried(tx, "push")

    assert follows(tx, tried(tx, "email")) == []


def test_nothing_follows_when_those_of_the_only_step_have_failed(tx):
    tried(tx, "push")

    assert follows(tx, tried(tx, "email")) == []


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_nothing_follows_while_a_later_letter_of_the_step_goes_out(tx, state):
    prefer(tx, "push", "email")
    push = tried(tx, "push")
    tried(tx, "push", state, NOW + timedelta(minutes=10))

    assert follows(tx, push) == []


def test_a_reminder_takes_again_what_followed_before(tx):
    prefer(tx, "push", "email")
    tried(tx, "push")
    tried(tx, "email", "sent")

    later = NOW + timedelta(minutes=10)

    assert follows(tx, tried(tx, "push", at=later), later) == ["email"]


def test_what_follows_already_follows_once(tx):
    prefer(tx, "push", "email")
    push = tried(tx, "push")
    tried(tx, "email")

    assert follows(tx, push) == []


def test_a_browser_that_was_forgotten_is_followed_by_mail(tx):
    prefer(tx, "push", "email")
    push = tried(tx, "push")
    tx.execute(device.delete())

    assert follows(tx, push) == ["email"]
    assert follows(tx, push, by_mail=False) == []


def test_a_channel_that_was_added_to_the_last_one_follows_it(tx):
    prefer(tx, "email")

    assert follows(tx, tried(tx, "email")) == ["push"]
