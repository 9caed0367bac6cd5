"""Two replicas of notify at once: each ladder is climbed by one, each letter sent by one."""

from datetime import timedelta

import pytest

from chassis.db import Database
from chassis.ids import new_id
from contracts.sharing import DischargeNoted
from services.notify.climbing import climb_due
from services.notify.queries import alerts, deliveries
from services.notify.raising import raise_alerts
from tests.support.clock import MovableClock

LEASE = timedelta(minutes=1)


@pytest.fixture
def database(instance):
    """The tables alone: no process of notify runs on them."""
    found = Database(instance.instance.database_url("notify"))
    yield found
    found.close()


@pytest.fixture
def now(instance):
    return MovableClock(instance.instance.clock_file).now()


class Heard(dict):
    """A fact as a handler sees it."""

    municipality = "999997"


def raise_one(database, now, account_id=None):
    note = {
        name: new_id()
        for name in ("handoff_id", "stay_id", "from_account_id", "from_office_id", "to_office_id", "desk_id")
    }
    fact = Heard(
        note,
        kind=DischargeNoted,
        code="K4M7-2PX",
        urgency="urgent",
        noted_at=now,
        to_account_id=account_id or new_id(),
    )
    with database.begin() as tx:
        raise_alerts(tx, [fact], now, by_mail=True)
    return note["handoff_id"]


def test_a_ladder_is_climbed_by_one_replica(database, now):
    handoff_id = raise_one(database, now)

    with database.begin() as one:
        first, _ = climb_due(one, now, by_mail=True)
        with database.begin() as other:
            second, _ = climb_due(other, now, by_mail=True)

    assert (first, second) == (1, 0)
    with database.begin() as tx:
        assert alerts.find_by_handoff(tx, handoff_id).current == 4


def test_a_letter_is_claimed_by_one_replica_until_its_lease_ends(database, now):
    raise_one(database, now)

    with database.begin() as one:
        claimed = deliveries.claim_due(one, now, LEASE, 10)
        with database.begin() as other:
            meanwhile = deliveries.claim_due(other, now, LEASE, 10)
    with database.begin() as tx:
        leased = deliveries.claim_due(tx, now, LEASE, 10)
    with database.begin() as tx:
        # Moving the instance's clock ends no lease: the send that it protects takes real time.
        moved = deliveries.claim_due(tx, now + timedelta(days=1), LEASE, 10)

    assert len(claimed) >= 1
    assert (meanwhile, leased, moved) == ([], [], [])


def test_a_lease_that_has_run_out_is_taken_over(database, now):
    raise_one(database, now)

    with database.begin() as tx:
        claimed = deliveries.claim_due(tx, now, timedelta(seconds=-1), 100)
    with database.begin() as tx:
        again = deliveries.claim_due(tx, now, LEASE, 100)

    assert set(claimed) <= set(again)
    with database.begin() as tx:
        assert deliveries.find_queued(tx, claimed[-1]).attempts == 2
