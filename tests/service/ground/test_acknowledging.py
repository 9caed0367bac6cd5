"""Many messages acknowledged by one frame: whoever has not been answered for comes again, and nobody else."""

from types import SimpleNamespace

import pytest
from kombu import Connection

from chassis.fact_consumers import BatchQueueConsumer
from chassis.publish import BatchPublisher, Outgoing
from chassis.topology import retry_exchange

QUEUE = "notify.on_discharge_noted"
COUNT = 6


class Provider:
    """Keeps what it is given."""

    def __init__(self):
        self.kept = []
        self.gather = self.kept.append


@pytest.fixture
def url(instance):
    return instance.instance.amqp_url("admin")


def consume(connection):
    """Take every message that is ready, by a consumer as processes have it."""
    consumer, provider = BatchQueueConsumer(), Provider()
    channel = connection.channel()
    while (raw := channel.basic_get(QUEUE)) is not None:
        consumer._arrived(provider, channel.message_to_python(raw))
    return consumer, provider.kept


def fill(url):
    publisher = BatchPublisher(url)
    sent = [Outgoing(str(n), retry_exchange("notify").name, QUEUE, "{}") for n in range(COUNT)]
    assert publisher.publish(sent) == set()
    publisher.close()


def left(url):
    """Return the numbers of the messages that come again, and take them out."""
    with Connection(url) as connection:
        consumer, messages = consume(connection)
        consumer.done_with(messages)
        return sorted(int(message.properties["message_id"]) for message in messages)


@pytest.mark.parametrize(
    "steps",
    [
        [[0, 1, 2]],
        [[3, 4, 5]],
        [[0, 1, 4], [3]],
        [[4], [0, 1]],
        [[5], [2, 3], [0, 1, 4]],
        [[1, 3], [0, 2], [4, 5]],
    ],
    ids=str,
)
def test_what_nobody_answered_for_comes_again(url, steps):
    fill(url)

    with Connection(url) as connection:
        consumer, messages = consume(connection)
        for step in steps:
            consumer.done_with([messages[n] for n in step])

    assert left(url) == sorted(set(range(COUNT)) - {n for step in steps for n in step})


def test_what_was_given_back_holds_up_no_frame_for_many(url):
    fill(url)

    with Connection(url) as connection:
        consumer, messages = consume(connection)
        consumer.give_back([messages[0]])
        consumer.done_with(messages[1:5])
        assert consumer._split(messages[5].channel, [messages[5]]) == ([messages[5]], [])

    assert left(url) == [0, 5]


def test_messages_of_a_lost_channel_are_left_to_the_broker(url):
    fill(url)
    with Connection(url) as connection:
        consumer, lost = consume(connection)
    with Connection(url) as connection:
        _, again = consume(connection)
        for message in again:
            consumer._arrived(SimpleNamespace(gather=lambda message: None), message)

        consumer.done_with([*lost[:2], *again[:2]])

    assert left(url) == [2, 3, 4, 5]
