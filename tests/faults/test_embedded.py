"""The embedded profile is killed again and again in mid-work: nothing is lost, nothing comes twice."""

import random
import time

import pytest

from chassis.ids import new_id
from contracts.sharing import DischargeNoted
from tests.support.embedded import EmbeddedMachine
from tests.support.eventually import eventually
from tests.support.stack import Stack
from tsunagi.parts import ALL

BURST = 20


@pytest.fixture(scope="module")
def embedded():
    machine = EmbeddedMachine().start()
    assert machine.migration_failure == ""
    yield machine
    machine.stop()


@pytest.fixture
def stack(embedded):
    home = embedded.fresh()
    running = Stack(home, ("accounts", "directory", "sharing", "events", "notify", "gateway")).start()
    yield running
    running.stop()
    home.close()


def a_note(stack):
    names = ("stay_id", "from_account_id", "from_office_id", "to_account_id", "to_office_id", "desk_id")
    told = {name: new_id() for name in names}
    told |= {"handoff_id": new_id(), "code": "K4M7-2PX", "urgency": "urgent"}
    return stack.broker.envelope(
        DischargeNoted.happened(municipality="999997", noted_at=stack.clock.now(), **told)
    )


def killed_in_the_middle(stack, times, chance):
    """Kill the process `times` times while it hears a burst; returns the handoffs that were announced."""
    announced = []
    for _ in range(times):
        eventually(stack.supervisor.parts[ALL].is_ready, 90)
        for _ in range(BURST):
            envelope = stack.broker.publish(a_note(stack))
            announced.append(envelope["data"]["handoff_id"])
        time.sleep(chance.uniform(0, 0.3))
        stack.supervisor.parts[ALL].restarts = 0
        stack.kill(ALL)
    return announced


def check(stack, announced):
    """Each note has one alert, of which notify told once, and which sharing heard once."""
    eventually(stack.supervisor.parts[ALL].is_ready, 90)
    stack.broker.settle(timeout=180)
    notify, sharing = stack.database("notify"), stack.database("sharing")
    alerts = [row["handoff_id"] for row in notify.rows("SELECT handoff_id FROM alert")]
    told = "SELECT envelope->>'subject' AS id FROM outbox WHERE routing_key = 'alert_raised.v1'"
    raised = [row["id"] for row in notify.rows(told)]
    heard = sharing.scalar("SELECT count(*) FROM inbox WHERE handler = 'on_alert_raised'")
    assert sorted(alerts) == sorted(announced)
    assert sorted(raised) == sorted(announced)
    assert heard == len(announced)
    assert stack.broker.dead_letters() == {}


def test_three_kills_lose_and_double_nothing(stack):
    check(stack, killed_in_the_middle(stack, 3, random.Random(3)))


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_fifty_kills_lose_and_double_nothing(stack):
    check(stack, killed_in_the_middle(stack, 50, random.Random(50)))
