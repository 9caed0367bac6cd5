"""Servers and processes that die under load. Each test counts what was accepted against what arrived."""

import json
import signal
import threading
import time
import uuid
from collections import Counter

import pytest
from amqp import AMQPError

from chassis.topology import declare
from contracts.errors import Problem, Unavailable
from contracts.sharing import StayCancelled
from tests.support.eventually import eventually
from tests.support.machine import delays
from tests.support.trial import EVERYBODY, planned


class Load:
    """Says things without pause from several threads; what failed is said again with its key."""

    def __init__(self, trial, threads=4):
        self.trial = trial
        self.accepted = []
        self.repeated = 0
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._say_on, daemon=True) for _ in range(threads)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._leaving.set()
        for thread in self._threads:
            thread.join(60)

    def _say_on(self):
        while not self._leaving.is_set():
            subject = str(uuid.uuid4())
            while True:
                try:
                    self.accepted.append(self.trial.say(subject, timeout_s=8))
                    break
                except (Problem, OSError, AMQPError):
                    self.repeated += 1
                    time.sleep(0.2)

    def wait_for(self, count, within_s=60):
        goal = len(self.accepted) + count
        eventually(lambda: len(self.accepted) >= goal, within_s)


def assert_all_arrived_once(trial, accepted, handler="on_discharge_planned"):
    eventually(lambda: set(accepted) <= set(trial.seen(handler)), 90)
    trial.home.broker.settle()
    heard = Counter(trial.seen(handler))
    saved = Counter(trial.seen("said", "sharing"))
    assert [subject for subject in accepted if heard[subject] != 1] == []
    assert [subject for subject in saved if saved[subject] != 1] == []
    assert set(heard) == set(saved)


def restart_broker(machine, away_s=1.0):
    machine.servers.rabbitmq.kill()
    time.sleep(away_s)
    machine.servers.rabbitmq.launch()
    machine.servers.rabbitmq.wait_ready()
    machine.reconnect_console()


def test_the_broker_is_killed_and_comes_back_under_load(own_machine, own_home, start_trial):
    trial = start_trial(own_home)

    with Load(trial) as load:
        load.wait_for(50)
        restart_broker(own_machine)
        load.wait_for(50, within_s=90)

    assert load.repeated > 0
    assert_all_arrived_once(trial, load.accepted)


@pytest.mark.long
@pytest.mark.parametrize(
    "away_s",
    [
        pytest.param(1, id="and comes back at once"),
        # What ran out meanwhile is sent on before the next queue is up, and has to be sent once more.
        pytest.param(25, id="and is away until their waits have run out"),
    ],
)
def test_the_broker_is_killed_while_a_thousand_messages_wait_for_retry(away_s, own_machine, start_trial):
    home = own_machine.fresh(TSUNAGI_RETRY_DELAYS_S=",".join(["20"] * 5))
    trial = start_trial(home)
    trial.rule(EVERYBODY, "raise")
    subjects = [str(uuid.uuid4()) for _ in range(1000)]
    trial.publish_together([StayCancelled.happened(stay_id=each, hospital_id=each) for each in subjects])
    waiting = "events.on_stay_cancelled.wait.20000ms"
    eventually(lambda: home.broker.queue_depths().get(waiting, 0) == 1000, 60)

    restart_broker(own_machine, away_s)
    trial.obey_no_more()

    eventually(lambda: assert_none_missing(trial, subjects), 60)
    home.broker.settle(60)
    assert Counter(trial.seen("on_stay_cancelled")) == Counter(subjects)
    trial.throw_away()
    home.close()


def assert_none_missing(trial, subjects):
    missing = len(subjects) - len(set(trial.seen("on_stay_cancelled")))
    held = {name: count for name, count in trial.home.broker.queue_depths().items() if count}
    assert missing == 0, f"{missing} missing; the queues hold {held}"
    return True


@pytest.mark.parametrize("name", ["sharing", "events"])
def test_a_process_is_killed_in_the_middle_of_its_work(name, own_home, start_trial):
    trial = start_trial(own_home)

    with Load(trial) as load:
        for _ in range(3):
            load.wait_for(40)
            trial.kill(name)
        load.wait_for(40)

    assert trial.starts[name] >= 4
    assert_all_arrived_once(trial, load.accepted)


def test_the_database_restarts_under_load(own_machine, own_home, start_trial):
    trial = start_trial(own_home)

    with Load(trial) as load:
        load.wait_for(50)
        own_machine.servers.postgres.halt()
        time.sleep(1)
        own_machine.servers.postgres.launch()
        own_machine.servers.postgres.wait_ready()
        load.wait_for(50, within_s=90)

    assert_all_arrived_once(trial, load.accepted)


def test_what_was_left_behind_is_published_also_under_load(own_home, start_trial):
    trial = start_trial(own_home)
    left = own_home.broker.envelope(planned(str(uuid.uuid4())))

    with Load(trial, threads=2) as load:
        load.wait_for(5)
        leave_behind(own_home, left)
        eventually(lambda: left["subject"] in trial.seen("on_discharge_planned"), 15)
        load.wait_for(5)


def leave_behind(home, envelope):
    home.database("sharing").execute(
        "INSERT INTO outbox (id, routing_key, envelope, recorded_at)"
        " VALUES (:id, 'discharge_planned.v1', CAST(:envelope AS jsonb), now() - interval '1 minute')",
        id=envelope["id"],
        envelope=json.dumps(envelope),
    )


def test_a_fact_whose_queue_is_missing_waits_for_it(own_home, start_trial):
    trial = start_trial(own_home)
    with own_home.connect() as connection:
        connection.channel().queue_delete("events.on_discharge_planned")
    lost = [trial.say() for _ in range(3)]
    eventually(lambda: "queue_missing" in trial.log("sharing"))

    declare(own_home.instance.amqp_url("admin"), delays(own_home.instance))

    after = trial.say()
    assert_all_arrived_once(trial, [*lost, after])


def test_a_read_only_database_refuses_clearly_and_recovers(own_machine, own_home, start_trial):
    trial = start_trial(own_home)
    before = trial.say()
    own_home.set_read_only("sharing", True)

    with pytest.raises(Unavailable) as refusal:
        trial.say(timeout_s=8)

    assert refusal.value.reason == "database"
    own_home.set_read_only("sharing", False)
    after = eventually(lambda: attempt(trial.say), 20)
    assert_all_arrived_once(trial, [before, after])


def attempt(act):
    try:
        return act()
    except Problem:
        return None


def test_a_stop_lets_running_work_end(own_home, start_trial):
    trial = start_trial(own_home)
    slow = str(uuid.uuid4())
    trial.rule(slow, "sleep", seconds=5)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(trial.say(after_s=5, timeout_s=30)))
    asking.start()
    own_home.broker.publish(planned(slow))
    eventually(lambda: is_at_work(own_home, "sharing") and is_at_work(own_home, "events"))

    trial.kill("sharing", signal.SIGTERM)
    trial.kill("events", signal.SIGTERM)

    asking.join(40)
    assert len(answers) == 1
    eventually(lambda: set(trial.seen("on_discharge_planned")) >= {slow, *answers}, 60)
    own_home.broker.settle(60)
    heard = Counter(trial.seen("on_discharge_planned"))
    assert (heard[slow], heard[answers[0]]) == (1, 1)
    assert Counter(trial.seen("said", "sharing"))[answers[0]] == 1


def is_at_work(home, service):
    """Return whether a transaction that has touched the trial's tables is still open."""
    return home.database(service).scalar(
        "SELECT count(*) FROM pg_locks WHERE pid <> pg_backend_pid()"
        " AND relation IN ('trial_rule'::regclass, 'trial_seen'::regclass)"
    )


def test_requests_that_arrive_while_the_service_is_down_say_so(own_home, start_trial):
    trial = start_trial(own_home, "events")

    with pytest.raises(Unavailable):
        own_home.calls.ask(
            "sharing", "say_planned", {"stay_id": str(uuid.uuid4())}, caller=trial.caller, timeout_s=2
        )


@pytest.mark.long
def test_a_stop_ends_although_the_broker_is_gone(own_machine, own_home, start_trial):
    trial = start_trial(own_home, "events")
    process = trial.running["events"]
    trial.leave_dead()
    own_machine.servers.rabbitmq.kill()

    process.terminate()

    assert process.wait(40) == 0
    own_machine.servers.rabbitmq.launch()
    own_machine.servers.rabbitmq.wait_ready()
    own_machine.reconnect_console()
