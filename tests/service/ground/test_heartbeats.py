"""A consumer that writes nothing to the broker is not taken for dead while messages keep coming."""

import threading
import time

import kombu
import pytest
from kombu.mixins import ConsumerMixin

from chassis.answers import AnswerQueueConsumer
from chassis.heartbeats import Beating
from chassis.hints import HintQueueConsumer

# RabbitMQ ends a connection that was silent for two heartbeats.
HEARTBEAT_S, WORKS_S = 1, 5


class Reader(ConsumerMixin):
    """Takes messages as answers and hints are taken: without acknowledging."""

    def __init__(self, url):
        self.connection = kombu.Connection(url, heartbeat=HEARTBEAT_S)
        self.connected = self.taken = 0

    def get_consumers(self, consumer_cls, channel):
        self.connected += 1
        queue = kombu.Queue("steady", exclusive=True, auto_delete=True)
        return [consumer_cls([queue], on_message=self.take, no_ack=True)]

    def take(self, message):
        self.taken += 1


class BeatingReader(Beating, Reader):
    """The same, and tells the broker that it lives."""


@pytest.mark.parametrize(("kind", "is_kept"), [(BeatingReader, True), (Reader, False)])
def test_steady_work_ends_no_connection(instance, kind, is_kept):
    url = instance.instance.amqp_url("admin")
    reader = kind(url)
    threading.Thread(target=reader.run, daemon=True).start()

    with kombu.Connection(url) as connection:
        publish = connection.Producer().publish
        until = time.monotonic() + WORKS_S
        while time.monotonic() < until:
            publish("x", routing_key="steady")
            time.sleep(0.1)
    reader.should_stop = True

    assert reader.taken > 10
    assert (reader.connected == 1) == is_kept


@pytest.mark.parametrize("kind", [AnswerQueueConsumer, HintQueueConsumer])
def test_those_who_acknowledge_nothing_do_so(kind):
    assert kind.__mro__.index(Beating) < kind.__mro__.index(ConsumerMixin)
