"""The broker's own word on its version is heeded where instances are made, started and looked at."""

import pytest

from chassis import broker_version, topology
from chassis.broker_version import BrokerTooOld
from chassis.config import load
from chassis.health import broker_faults
from tests.support.machine import delays


@pytest.fixture(autouse=True)
def server(machine):
    """Return the broker as a server of its own."""
    if not hasattr(machine, "servers"):
        pytest.skip("a bus inside a process is as old as its program")
    return machine.servers.rabbitmq


@pytest.fixture
def needs_more(monkeypatch):
    monkeypatch.setattr(broker_version, "OLDEST", (99, 0))


def test_migrating_refuses_a_broker_that_is_too_old(instance, needs_more):
    with pytest.raises(BrokerTooOld, match="needs 99"):
        topology.declare(instance.instance.amqp_url("admin"), delays(instance.instance))


def test_private_servers_refuse_it(server, needs_more):
    with pytest.raises(BrokerTooOld):
        server.wait_ready()


@pytest.mark.parametrize("hears", [True, False])
def test_a_running_process_says_so(instance, monkeypatch, hears):
    for name, value in instance.instance.environment("notify").items():
        monkeypatch.setenv(name, value)
    settings = load("notify")
    assert list(broker_faults(settings, hears=hears)) == []

    monkeypatch.setattr(broker_version, "OLDEST", (99, 0))

    [fault] = broker_faults(settings, hears=hears)
    assert fault.startswith("broker_too_old:")
    assert fault.endswith("<99.0")
