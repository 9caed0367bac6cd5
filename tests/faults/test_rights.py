"""One service's logins cannot do another's work: proven by trying."""

import amqp
import psycopg
import pytest

from chassis import topology
from tsunagi.parts import SERVICES


def connect_as(instance, name):
    made = instance.instance
    connection = amqp.Connection(
        f"127.0.0.1:{made.ports['amqp']}",
        userid=made.login(name),
        password=made.passwords[f"broker_{name}"],
        virtual_host=made.vhost,
        connect_timeout=5,
    )
    connection.connect()
    return connection


def is_refused(instance, name, act):
    with connect_as(instance, name) as connection:
        channel = connection.channel()
        channel.confirm_select()
        try:
            act(channel)
            connection.drain_events(timeout=0.3)
        except (amqp.AccessRefused, amqp.NotFound):
            return True
        except TimeoutError:
            return False
    return False


def publish(exchange, routing_key):
    return lambda channel: channel.basic_publish(amqp.Message("{}"), exchange, routing_key)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_announce_only_its_own_facts(instance, name):
    refused = {other: is_refused(instance, name, publish(f"{other}.events", "x.v1")) for other in SERVICES}

    assert refused == {other: other != name for other in SERVICES}


@pytest.mark.parametrize("hearing", topology.hearings(), ids=lambda h: h.queue)
def test_a_service_may_read_only_its_own_queues(instance, hearing):
    refused = {
        name: is_refused(instance, name, lambda channel: channel.basic_get(hearing.queue))
        for name in SERVICES
    }

    assert refused == {name: name != hearing.hearer for name in SERVICES}


def test_a_service_can_neither_ask_another_nor_bypass_the_exchanges(instance):
    ask = publish(topology.RPC_EXCHANGE, "sharing.send_note")
    bypass = publish("", "notify.on_discharge_noted")
    declare = lambda channel: channel.queue_declare("notify.on_discharge_noted")  # noqa: E731

    assert is_refused(instance, "events", ask)
    assert is_refused(instance, "sharing", bypass)
    assert is_refused(instance, "sharing", declare)


def test_notify_may_ask_accounts_and_nobody_else(instance):
    assert not is_refused(instance, "notify", publish(topology.RPC_EXCHANGE, "accounts.get_contact"))
    assert is_refused(instance, "notify", publish(topology.RPC_EXCHANGE, "sharing.get_handoff"))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_open_only_its_own_database(instance, name):
    made = instance.instance
    opened = []
    for other in SERVICES:
        try:
            psycopg.connect(
                host="127.0.0.1",
                port=made.ports["postgres"],
                user=made.login(name),
                password=made.passwords[f"database_{name}"],
                dbname=made.database(other),
            ).close()
            opened.append(other)
        except psycopg.OperationalError:
            continue

    assert opened == [name]
