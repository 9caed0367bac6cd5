"""A message that ends its process is parked; those beside it are handled, each once."""

import json
import uuid

import pytest

from contracts.sharing import StayCancelled
from tests.support.calls import a_caller
from tests.support.eventually import eventually
from tests.support.trial import planned

ONE_BY_ONE, IN_BATCHES = "on_stay_cancelled", "on_discharge_planned"
WITHIN_S = 180


def cancelled(stay_id):
    return StayCancelled.happened(stay_id=stay_id, hospital_id=stay_id)


@pytest.fixture
def trial(machine, start_trial):
    home = machine.fresh()
    running = start_trial(home)
    yield running
    running.throw_away()
    home.close()


def subjects(count):
    return [str(uuid.uuid4()) for _ in range(count)]


def is_at_work(trial):
    """Return whether a handler is in the middle of its transaction."""
    return trial.home.database("events").scalar(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND state = 'idle in transaction'"
    )


def test_a_message_that_ends_its_process_is_parked_and_takes_no_neighbour_along(trial):
    [poison], beside, in_batches = subjects(1), subjects(25), subjects(40)
    trial.rule(poison, "die")
    for each in beside:
        # So slow that they are under way whenever the process ends.
        trial.rule(each, "sleep", 0.5)

    trial.publish_together([cancelled(each) for each in [*beside[:5], poison, *beside[5:]]])
    trial.publish_together([planned(each) for each in in_batches])

    eventually(lambda: trial.home.broker.dead_letters(), WITHIN_S)
    trial.home.broker.settle(WITHIN_S)
    assert trial.home.broker.dead_letters() == {"events.on_stay_cancelled.dead": 1}
    assert sorted(trial.seen(ONE_BY_ONE)) == sorted(beside)
    assert sorted(trial.seen(IN_BATCHES)) == sorted(in_batches)
    [letter] = trial.home.calls.ask("events", "list_dead_letters", {}, caller=a_caller("operator"))[
        "dead_letters"
    ]
    assert (letter["subject"], letter["reason"]) == (poison, "EndsItsProcess")
    # Three times beside others, three times alone.
    assert trial.starts["events"] <= 8


@pytest.mark.long
def test_a_message_that_ends_its_process_leaves_its_batch_alone(trial):
    [poison], others = subjects(1), subjects(60)
    trial.rule(poison, "die")

    trial.publish_together([planned(each) for each in [*others[:30], poison, *others[30:]]])

    eventually(lambda: trial.home.broker.dead_letters(), WITHIN_S)
    trial.home.broker.settle(WITHIN_S)
    assert trial.home.broker.dead_letters() == {"events.on_discharge_planned.dead": 1}
    assert sorted(trial.seen(IN_BATCHES)) == sorted(others)


@pytest.mark.long
def test_several_of_them_are_told_apart(trial):
    poisons, others = subjects(3), subjects(12)
    for each in poisons:
        trial.rule(each, "die")

    trial.publish_together([cancelled(each) for each in [poisons[0], *others[:6], *poisons[1:], *others[6:]]])

    eventually(lambda: sum(trial.home.broker.dead_letters().values()) == len(poisons), WITHIN_S)
    trial.home.broker.settle(WITHIN_S)
    parked = trial.home.broker.peek("events.on_stay_cancelled.dead")
    assert sorted(json.loads(message.body)["subject"] for message in parked) == sorted(poisons)
    assert sorted(trial.seen(ONE_BY_ONE)) == sorted(others)


def test_what_was_only_under_way_when_processes_were_killed_is_handled(trial):
    [innocent] = subjects(1)
    trial.rule(innocent, "sleep", 300)
    trial.publish_together([cancelled(innocent)])

    for _ in range(4):
        eventually(lambda: is_at_work(trial), 30)
        before = trial.starts["events"]
        trial.kill("events")
        eventually(lambda before=before: trial.starts["events"] > before, 10)
    trial.obey_no_more()
    trial.kill("events")

    eventually(lambda: trial.seen(ONE_BY_ONE) == [innocent], 60)
    assert trial.home.broker.dead_letters() == {}
