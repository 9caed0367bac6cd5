"""A process that no longer works ends by itself, so that its supervisor starts a fresh one."""

import json
import urllib.error
import urllib.request
import uuid

import pytest

from chassis.liveness import EXIT_CODE
from contracts.errors import Unavailable
from tests.support.eventually import eventually


@pytest.fixture(scope="module")
def impatient(machine):
    made = machine.fresh(TSUNAGI_STUCK_AFTER_S="5")
    yield made
    made.close()


@pytest.fixture
def trial(impatient, start_trial):
    return start_trial(impatient, "sharing")


def live(trial):
    """Return the status and the answer of /live."""
    port = trial.home.instance.ports["health_sharing"]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=3) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def block_hub(trial, seconds, **how):
    request = {"stay_id": str(uuid.uuid4()), "seconds": seconds}
    trial.home.calls.ask("sharing", "block_hub", request, caller=trial.caller, **how)


def last_words(trial):
    lines = [json.loads(line) for line in trial.log("sharing").splitlines() if "process_not_live" in line]
    return lines[-1]


def test_a_stuck_hub_ends_the_process_and_a_fresh_one_works(trial):
    process = trial.running["sharing"]

    with pytest.raises(Unavailable):
        block_hub(trial, seconds=60, timeout_s=1)

    assert process.wait(40) == EXIT_CODE
    assert last_words(trial)["reason"] == "hub_stuck"
    assert last_words(trial)["where"][-1].endswith(" block_hub")
    trial.wait_ready()
    assert trial.starts["sharing"] == 2


def test_a_hub_that_is_only_slow_goes_on(trial):
    process = trial.running["sharing"]

    block_hub(trial, seconds=1.5)

    assert trial.say()
    assert process.poll() is None
    assert live(trial) == (200, {"live": True, "faults": []})


def test_a_dead_relay_is_told_by_live_and_then_ends_the_process(trial):
    process = trial.running["sharing"]

    trial.home.calls.ask("sharing", "lose_relay", {}, caller=trial.caller)

    expected = (503, {"live": False, "faults": ["thread_died:relay"]})
    eventually(lambda: live(trial) == expected, 5)
    assert process.wait(40) == EXIT_CODE
    assert last_words(trial)["reason"] == "thread_died:relay"
