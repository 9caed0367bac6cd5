"""How messages are read that lie in the buffer, in part or whole, when the next is asked for."""

import socket

import amqp
import kombu
import pytest
from amqp.connection import Connection
from amqp.transport import TCPTransport

from chassis import bus_reads

# One frame, two, many; just about what one read takes in, and far more.
SIZES = [0, 1, 100, 16_370, 16_384, 40_000, 300_000, 7, 0, 16_383, 2]


@pytest.fixture
def channel(instance, monkeypatch):
    # Put back afterwards: the tests' own connections read as py-amqp does.
    monkeypatch.setattr(Connection, "blocking_read", Connection.blocking_read)
    monkeypatch.setattr(TCPTransport, "_setup_transport", TCPTransport._setup_transport)
    bus_reads.install()
    with kombu.Connection(instance.instance.amqp_url("admin")) as connection:
        yield connection.channel()


def test_each_message_comes_whole_and_in_its_order_whatever_arrived_with_it(channel):
    arrived = []
    queue = channel.queue_declare("", exclusive=True).queue
    for round in range(20):
        for size in SIZES:
            channel.basic_publish(amqp.Message(bytes([round]) * size), routing_key=queue)
    channel.basic_consume(
        queue, no_ack=True, callback=lambda message: arrived.append(bytes(message.body or b""))
    )

    while len(arrived) < 20 * len(SIZES):
        channel.connection.drain_events(timeout=10)

    assert arrived == [bytes([round]) * size for round in range(20) for size in SIZES]


def test_where_nothing_lies_at_hand_the_time_limit_holds(channel):
    queue = channel.queue_declare("", exclusive=True).queue
    channel.basic_consume(queue, no_ack=True, callback=lambda message: None)

    with pytest.raises(socket.timeout):
        channel.connection.drain_events(timeout=0.2)
