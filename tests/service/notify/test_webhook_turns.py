"""Whose turn it is at a webhook: none holds up another, and nothing goes to one that is paused."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import event

from chassis.db import Database
from chassis.ids import new_id
from contracts.errors import TooMany
from contracts.sharing import HandoffSeen
from services.notify import wanted
from services.notify.queries import webhook_turns as turns
from services.notify.queries import webhooks
from tests.service.notify.offices import Office, announce
from tests.support.eventually import eventually
from tests.support.receiver import Receiver


@pytest.fixture
def other():
    running = Receiver()
    yield running
    running.close()


@pytest.fixture
def db(stack):
    opened = Database(stack.instance.database_url("notify"), pool_size=2)
    yield opened
    opened.close()


def test_a_slow_address_does_not_hold_up_another(town, receiver, office, other):
    quick = Office(town, other)
    heard, was_first = Event(), []
    # Both have the message at once; the slow one answers, and well, once the other has heard of it.
    receiver.before_answer = lambda: was_first.append(heard.wait(4.5))
    other.before_answer = heard.set

    town.send_note()

    eventually(lambda: was_first)
    assert was_first == [True]
    quick.change("remove_webhook")


def test_nothing_more_goes_there_once_it_is_paused(town, receiver, office):
    office.change("pause_webhook")
    for _ in range(3):
        town.send_note()
    eventually(lambda: office.webhook()["waiting"] == 3)
    receiver.before_answer = lambda: office.change("pause_webhook")

    office.change("resume_webhook")

    eventually(lambda: receiver.told)
    eventually(lambda: office.webhook()["waiting"] == 2 and office.lease() is None)
    assert len(receiver.told) == 1


def test_whoever_has_lost_the_turn_records_nothing_and_gives_back_nothing(town, receiver, office):
    database, other_process = town.stack.database("notify"), new_id()
    taken = "UPDATE webhook SET lease = :lease WHERE webhook_id = :id"
    receiver.before_answer = lambda: database.execute(taken, lease=other_process, id=office.id)

    town.send_note()

    eventually(lambda: "webhook_turn_lost" in town.stack.log("notify"))
    (waiting,) = office.deliveries()
    assert (waiting["state"], waiting["attempts"]) == ("queued", 0)
    assert str(office.lease()) == other_process
    # The other process has died: its turn runs out, and the message goes once more.
    database.execute("UPDATE webhook SET leased_until = made_at WHERE webhook_id = :id", id=office.id)
    eventually(lambda: office.deliveries()[0]["state"] == "sent")
    assert len({one.id for one in receiver.told}) == 1
    assert len(receiver.told) == 2


def test_two_processes_do_not_have_the_same_turn(town, office, db):
    now = town.stack.clock.now()
    with db.begin() as tx:
        webhooks.change(tx, office.id, state="paused")
        webhooks.queue(tx, [webhooks.message(office.id, "sent", now, now, handoff_id=new_id())])
        one = turns.begin(tx, [office.id], new_id(), timedelta(minutes=1))
        two = turns.begin(tx, [office.id], new_id(), timedelta(minutes=1))

    assert (one, two) == ([office.id], [])


def test_a_failed_test_does_not_make_others_wait(town, receiver, office):
    receiver.status = 410
    assert office.change("test_webhook")["delivery"]["state"] == "failed"
    receiver.status = 204

    handoff_id = town.send_note()

    eventually(lambda: receiver.about(handoff_id))
    assert (office.webhook()["state"], office.webhook()["failing_since"]) == ("on", None)


def test_one_address_of_an_office_is_waited_for_at_a_time(town, receiver, office):
    begun, go_on = Event(), Event()
    receiver.before_answer = lambda: (begun.set(), go_on.wait(4.5))
    first = Thread(target=office.change, args=("test_webhook",))
    first.start()
    assert begun.wait(10)

    with pytest.raises(TooMany, match="webhook_busy") as refused:
        office.change("test_webhook")
    go_on.set()
    first.join()

    assert refused.value.fields == {"retry_after_s": 10}
    assert office.change("test_webhook")["delivery"]["state"] == "sent"


def test_what_nobody_can_be_told_of_is_forgotten(town, office, db):
    handoff_id, count = new_id(), "SELECT count(*) FROM webhook_event WHERE handoff_id = :id"
    now = town.stack.clock.now()
    announce(town, HandoffSeen, handoff_id, seen_by=town.aoki, seen_at=now)
    town.settle()
    kept = town.stack.database("notify").scalar(count, id=handoff_id)

    with db.begin() as tx:
        webhooks.forget_events(tx, now + timedelta(seconds=1))

    assert (kept, town.stack.database("notify").scalar(count, id=handoff_id)) == (1, 0)


def test_whether_anybody_wants_to_know_is_not_asked_for_each_batch(office, db):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *how: asked.append(how[2]))

    with db.begin() as tx:
        answers = [wanted.is_anything(tx) for _ in range(5)]

    assert answers == [True] * 5
    assert len([each for each in asked if each.startswith("SELECT")]) == 1
