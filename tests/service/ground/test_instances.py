"""Instances on the private servers: each login reaches just what it may."""

import subprocess
import sys

import amqp
import psycopg
import pytest

from tests.support.machine import TestInstance
from tsunagi.parts import SERVICES
from tsunagi.seeding import seed


def needs_servers(instance: TestInstance) -> None:
    if instance.is_embedded:
        pytest.skip("an embedded instance has files instead of logins")


def connect_database(instance, role_of: str, database_of: str) -> None:
    url = instance.database_url(role_of).replace("postgresql+psycopg", "postgresql")
    base = url.rsplit("/", 1)[0]
    psycopg.connect(f"{base}/{instance.database(database_of)}", connect_timeout=5).close()


def test_every_database_can_be_migrated(machine):
    assert machine.migration_failure == ""


def test_a_service_reaches_its_own_database_and_no_other(instance: TestInstance):
    needs_servers(instance)
    connect_database(instance.instance, "sharing", "sharing")

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        connect_database(instance.instance, "notify", "sharing")


def test_a_service_cannot_publish_another_services_facts(instance: TestInstance):
    needs_servers(instance)
    made = instance.instance
    connection = amqp.Connection(
        f"127.0.0.1:{made.ports['amqp']}",
        userid=made.login("notify"),
        password=made.passwords["broker_notify"],
        virtual_host=made.vhost,
    )

    with connection:
        channel = connection.channel()
        channel.confirm_select()
        with pytest.raises(amqp.AccessRefused):
            channel.basic_publish_confirm(amqp.Message("{}"), "sharing.events", "discharge_noted.v1")


def test_every_hearer_has_its_queues_and_nothing_waits(instance: TestInstance):
    depths = instance.broker.queue_depths()

    assert "notify.on_discharge_noted" in depths
    assert "notify.on_discharge_noted.dead" in depths
    assert set(depths.values()) == {0}


def test_a_new_instance_starts_empty_and_apart(machine, instance: TestInstance):
    other = machine.fresh()
    try:
        other.broker.publish_raw("notify.retry", "notify.on_discharge_noted.dead", "{}")

        assert other.broker.dead_letters() == {"notify.on_discharge_noted.dead": 1}
        assert instance.broker.dead_letters() == {}
    finally:
        other.close()


@pytest.mark.parametrize("service", SERVICES)
def test_a_real_instance_refuses_every_database_of_a_demonstration(demonstration, service):
    real = {**demonstration.environment(service), "TSUNAGI_INSTANCE": "real"}

    refused = subprocess.run(
        [sys.executable, "-m", "tsunagi", "serve", service],
        env=real,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert refused.returncode == 1
    assert "this database holds demonstration data" in refused.stderr


@pytest.fixture(scope="module")
def demonstration(instance: TestInstance):
    seed(instance.instance)
    return instance.instance
