"""Two replicas of notify at once: each ladder is climbed by one, each letter queued and sent by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from chassis.calendar import DEFAULT_HOURS, WEEKDAYS
from chassis.db import Database
from chassis.ids import new_id
from contracts.wishes import Wishes
from services.notify.climbing import climb_due
from services.notify.daily import day_of
from services.notify.digesting import queue_digests
from services.notify.models import alert, daily_letter, delivery
from services.notify.queries import alerts, bundles, daily, deliveries, inbox_lists, offices, wishes
from services.notify.raising import raise_alerts
from tests.support.clock import MovableClock

LEASE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def instance(machine):
    """One of its own, on which no process of notify runs."""
    made = machine.fresh()
    yield made
    made.close()


@pytest.fixture
def database(instance):
    """The tables alone."""
    if instance.is_embedded:
        pytest.skip("an embedded instance has one process of each service")
    found = Database(instance.instance.database_url("notify"))
    yield found
    found.close()


@pytest.fixture
def now(instance):
    return MovableClock(instance.instance.clock_file).now()


class Heard(dict):
    """A fact as a handler sees it."""

    municipality = "999997"


def a_note(now, **changes):
    names = ("handoff_id", "stay_id", "from_account_id", "from_office_id", "to_office_id", "desk_id")
    told = {name: new_id() for name in names}
    told |= {"code": "K4M7-2PX", "urgency": "urgent", "noted_at": now, "to_account_id": new_id()}
    return Heard(told | changes)


def raise_one(database, now, **changes):
    note = a_note(now, **changes)
    with database.begin() as tx:
        raise_alerts(tx, [note], now, by_mail=True)
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
        claimed = bundles.claim_due(one, "email", now, LEASE, 10)
        with database.begin() as other:
            meanwhile = bundles.claim_due(other, "email", now, LEASE, 10)
    with database.begin() as tx:
        leased = bundles.claim_due(tx, "email", now, LEASE, 10)
    with database.begin() as tx:
        # Moving the instance's clock ends no lease: the send that it protects takes real time.
        moved = bundles.claim_due(tx, "email", now + timedelta(days=1), LEASE, 10)

    assert len(claimed) >= 1
    assert (meanwhile, leased, moved) == ([], [], [])


def test_replicas_at_the_same_moment_write_to_different_people(database, now):
    for _ in range(4):
        raise_one(database, now)

    with database.begin() as one:
        claimed = bundles.claim_due(one, "email", now, LEASE, 2)
        with database.begin() as other:
            meanwhile = bundles.claim_due(other, "email", now, LEASE, 2)

    assert (len(claimed), len(meanwhile)) == (2, 2)
    assert not {id for ids in claimed for id in ids} & {id for ids in meanwhile for id in ids}


def test_what_is_due_for_one_person_is_not_shared_out_among_replicas(database, now):
    with database.begin() as tx:
        bundles.claim_due(tx, "email", now, LEASE, 1000)  # others' letters of before
    person = new_id()
    for _ in range(3):
        raise_one(database, now, to_account_id=person)
    oldest = select(delivery).where(delivery.c.account_id == person).order_by(delivery.c.delivery_id).limit(1)

    with database.begin() as one:
        one.execute(oldest.with_for_update())
        with database.begin() as other:
            assert bundles.claim_due(other, "email", now, LEASE, 1) == []
    with database.begin() as tx:
        [together] = bundles.claim_due(tx, "email", now, LEASE, 1)
        assert len(together) == 3


def test_a_lease_that_has_run_out_is_taken_over(database, now):
    raise_one(database, now)

    with database.begin() as tx:
        claimed = bundles.claim_due(tx, "email", now, timedelta(seconds=-1), 100)
    with database.begin() as tx:
        again = bundles.claim_due(tx, "email", now, LEASE, 100)

    assert set(map(tuple, claimed)) <= set(map(tuple, again))
    with database.begin() as tx:
        assert [row.attempts for row in deliveries.find_queued(tx, claimed[-1])] == [2]


def test_batches_and_climbs_that_share_readers_never_wait_for_each_other(database, now):
    desk_id, office_id = new_id(), new_id()

    def raise_and_climb(number):
        for _ in range(6):
            with database.begin() as tx:
                facts = [a_note(now, to_office_id=office_id, desk_id=desk_id) for _ in range(15)]
                raise_alerts(tx, facts, now, by_mail=False)
            with database.begin() as tx:
                climb_due(tx, now + timedelta(days=number), by_mail=False)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(raise_and_climb, number) for number in range(4)]:
            done.result()

    with database.begin() as tx:
        assert inbox_lists.last_seq(tx, f"office:{office_id}") == 4 * 6 * 15


def a_reader_with_a_digest(database, now):
    """Somebody with one open alert and a digest that is due; returns the account's id."""
    account_id, office_id = new_id(), new_id()
    member = {"account_id": account_id, "role": "care_manager", "deputy_id": None}
    members = [member | {"is_active": True, "away": []}]
    whole_day = [{"opens": "00:00", "closes": "24:00"}]
    every_day = {**DEFAULT_HOURS, "closes_on_holidays": False, "weekly": {day: whole_day for day in WEEKDAYS}}
    content = Wishes().load({"digest_at": "00:00"})
    with database.begin() as tx:
        offices.save_hours(tx, office_id, "", every_day, 1)
        offices.save_staffing(tx, office_id, {"manager_id": None, "members": members}, 1)
        wishes.save(tx, account_id, content, now, office_id)
        raise_alerts(tx, [a_note(now, to_account_id=account_id, to_office_id=office_id)], now, by_mail=True)
    return account_id


def daily_letters_of(database, account_id):
    with database.begin() as tx:
        return tx.execute(select(daily_letter).where(daily_letter.c.account_id == account_id)).all()


def test_a_digest_is_claimed_once_by_replicas_at_the_same_moment(database, now):
    readers = [a_reader_with_a_digest(database, now) for _ in range(20)]
    both = Barrier(4)

    def claim(_number):
        both.wait()
        with database.begin() as tx:
            queue_digests(tx, now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(claim, range(4)))

    assert [len(daily_letters_of(database, reader)) for reader in readers] == [1] * 20


def test_of_two_claimers_the_second_waits_for_the_first_and_finds_its_day(database, now):
    reader, day, other = new_id(), day_of(now), []

    def claim_too():
        with database.begin() as tx:
            other.append(daily.take_turns(tx, "digest", [reader], day))

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as tx:
            first = daily.take_turns(tx, "digest", [reader], day)
            second = pool.submit(claim_too)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        second.result()

    assert (first, other) == ({reader}, [set()])
    with database.begin() as tx:
        assert daily.take_turns(tx, "digest", [reader], day - timedelta(days=1)) == set()
        assert daily.take_turns(tx, "digest", [reader], day + timedelta(days=1)) == {reader}


def test_a_letter_of_the_day_is_claimed_by_one_replica_until_its_lease_ends(database, now):
    reader = a_reader_with_a_digest(database, now)
    with database.begin() as tx:
        queue_digests(tx, now)

    with database.begin() as one:
        claimed = daily.claim_due(one, now, LEASE, 100)
        with database.begin() as other:
            meanwhile = daily.claim_due(other, now, LEASE, 100)
    with database.begin() as tx:
        leased = daily.claim_due(tx, now + timedelta(hours=1), LEASE, 100)

    assert reader in {row.account_id for row in claimed}
    assert (meanwhile, leased) == ([], [])


def test_new_wishes_hold_an_alert_before_its_letters(database, now):
    alert_id, account_id = new_id(), new_id()
    letter = {"delivery_id": new_id(), "alert_id": alert_id, "account_id": account_id, "rung": 1}
    times = {"queued_at": now, "next_try_at": now, "latest_at": now + timedelta(hours=1)}
    with database.begin() as tx:
        tx.execute(alert.insert(), {"alert_id": alert_id, "handoff_id": new_id(), "ended_as": "recalled"})
        deliveries.queue(tx, [{**letter, "channel": "email", "state": "queued", **times}])

    with database.begin() as climbing:
        alerts.lock(climbing, alert_id)
        with pytest.raises(OperationalError, match="lock timeout"):
            wait_for(database, account_id)

    with database.begin() as tx:
        assert [row.delivery_id for row in wishes.may_wait(tx, account_id)] == [letter["delivery_id"]]


def wait_for(database, account_id):
    with database.begin() as tx:
        tx.execute(text("SET LOCAL lock_timeout = '200ms'"))
        wishes.may_wait(tx, account_id)
