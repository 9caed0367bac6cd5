"""The bus inside a process: what the other broker does for us, it does too."""

import contextlib
import json
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import amqp
import eventlet
import pytest
from amqp.exceptions import NotFound, PreconditionFailed
from kombu import Consumer, Exchange, Producer, Queue

from chassis import dead_letters, queues, socket_names
from chassis.embedded import reach
from chassis.publish import BatchPublisher, Outgoing
from chassis.topology import dead_queue_name, wait_queue_name
from tests.unit.embedded.conftest import DELAYS_S, HEARING

NOTED = ("sharing.events", "discharge_noted.v1")


def send(url, *ids, to=NOTED):
    publisher = BatchPublisher(url)
    returned = publisher.publish([Outgoing(id, *to, json.dumps({"id": id})) for id in ids])
    publisher.close()
    return returned


def depth(url):
    return queues.depths(url, "notify", DELAYS_S)[HEARING.queue]


def take(connection, queue=HEARING.queue):
    channel = connection.channel()
    message = channel.basic_get(queue)
    return message and channel.message_to_python(message)


def test_a_confirmed_message_is_in_the_queues_that_are_bound(url, connect):
    returned = send(url, "one", "two")

    assert returned == set()
    assert depth(url)["ready"] == 2


def test_what_no_queue_takes_comes_back_and_holds_up_nothing(url, connect):
    publisher = BatchPublisher(url)

    returned = publisher.publish(
        [Outgoing("lost", "sharing.events", "unknown.v1", "{}"), Outgoing("kept", *NOTED, "{}")]
    )

    publisher.close()
    assert returned == {"lost"}
    assert depth(url)["ready"] == 1


def test_a_missing_queue_is_told(connect):
    with pytest.raises(NotFound):
        connect().channel().queue_declare("nobody.on_anything", passive=True)


def test_a_queue_keeps_its_arguments(connect):
    with pytest.raises(PreconditionFailed):
        connect().channel().queue_declare(HEARING.queue, arguments={"x-delivery-limit": 3})


def test_what_is_acknowledged_is_gone_and_the_rest_comes_again_in_its_order(url, connect):
    send(url, "one", "two", "three")
    reader = connect()
    first, second = take(reader), take(reader)

    second.ack()
    reader.close()

    again = connect()
    found = [take(again) for _ in range(3)]
    assert [message and json.loads(message.body)["id"] for message in found] == ["one", "three", None]
    assert found[0].headers["x-delivery-count"] == 1
    assert "x-delivery-count" not in found[1].headers
    assert first.delivery_info["redelivered"] is False


def test_a_failed_message_waits_and_comes_back(url, connect):
    wait = wait_queue_name(HEARING.queue, DELAYS_S[0])
    send(url, "one", to=("notify.retry", wait))
    before = depth(url)

    consumer = connect()
    got = []
    with Consumer(consumer, Queue(HEARING.queue, no_declare=True), on_message=got.append):
        consumer.drain_events(timeout=2)

    assert (before["ready"], before["waiting"]) == (0, 1)
    assert got[0].headers["x-first-death-reason"] == "expired"
    assert got[0].headers["x-death"][0]["count"] == 1


def test_what_comes_back_too_often_is_parked_and_can_be_replayed(url, connect):
    send(url, "one")
    reader = connect()
    returns = 0
    while (message := take(reader)) is not None:
        message.requeue()
        returns += 1

    parked = dead_letters.list_dead(url, "notify")
    replayed = dead_letters.replay_dead(url, "notify")

    assert returns == 21
    assert [(row["fact_id"], row["reason"]) for row in parked] == [("one", "delivery_limit")]
    assert replayed == 1
    assert (depth(url)["ready"], depth(url)["dead"]) == (1, 0)


def test_listing_the_dead_leaves_them_where_they_are(url, connect):
    send(url, "one", "two", to=("notify.retry", dead_queue_name(HEARING.queue)))

    looks = [[row["fact_id"] for row in dead_letters.list_dead(url, "notify")] for _ in range(30)]

    assert looks == [["one", "two"]] * 30


def test_a_consumer_holds_no_more_than_it_asked_for(url, connect):
    send(url, *(str(number) for number in range(5)))
    consumer, got = connect(), []
    listening = Consumer(
        consumer, Queue(HEARING.queue, no_declare=True), on_message=got.append, prefetch_count=2
    )

    with listening:
        drain(consumer)
        held = len(got)
        got[0].ack()
        drain(consumer)

    assert (held, len(got)) == (2, 3)


def drain(connection):
    """Take what comes at once."""
    while True:
        try:
            connection.drain_events(timeout=0.02)
        except TimeoutError:
            return


def test_a_hint_reaches_every_listener_and_its_queue_ends_with_it(connect):
    live, heard = Exchange("live", type="fanout"), []
    listeners = [connect(), connect()]
    for number, each in enumerate(listeners):
        queue = Queue(f"live-{number}", live, exclusive=True, auto_delete=True, durable=False)
        Consumer(each, queue, callbacks=[lambda body, _: heard.append(body)], no_ack=True).consume()

    Producer(connect(), live).publish({"event": "live"})
    for each in listeners:
        each.drain_events(timeout=1)
        each.close()

    assert heard == [{"event": "live"}, {"event": "live"}]
    with pytest.raises(NotFound):
        connect().channel().queue_declare("live-0", passive=True)


def test_a_mandatory_message_without_a_queue_is_refused_at_once(connect):
    producer = Producer(connect(), Exchange("nameko-rpc", type="topic"))

    with pytest.raises(amqp.ChannelError, match="NO_ROUTE"):
        producer.publish({}, routing_key="nobody.ask", mandatory=True, retry=True)


_DIES = """
import os, signal, sys
from kombu import Connection
from chassis.publish import BatchPublisher, Outgoing
url, queue = sys.argv[1:]
BatchPublisher(url).publish([Outgoing("one", "sharing.events", "discharge_noted.v1", "{}")])
held = Connection(url).channel().basic_get(queue)
assert held is not None
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_confirmed_outlives_its_process_and_deliveries_are_counted(tmp_path, url):
    from kombu import Connection

    from chassis import topology

    topology.declare(url, DELAYS_S)
    died = subprocess.run([sys.executable, "-c", _DIES, url, HEARING.queue], check=False)

    with Connection(url) as again:
        message = take(again)

    assert died.returncode == -9
    assert message.headers["x-delivery-count"] == 1


_IS_BROKER = """
import sys
import eventlet
from pathlib import Path
from chassis import topology
from chassis.embedded import reach
reach.serve(Path(sys.argv[1]))
topology.declare("embedded://" + sys.argv[1], (0.1, 0.2))
print("there", flush=True)
eventlet.sleep(60)
"""


@pytest.fixture
def other_process(tmp_path):
    started = subprocess.Popen(
        [sys.executable, "-c", _IS_BROKER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert started.stdout.readline() == "there\n"
    yield started
    started.kill()
    started.wait()


def test_others_reach_the_broker_by_its_socket(url, other_process, tmp_path):
    from kombu import Connection

    send(url, "one")
    with Connection(url) as visitor:
        first = take(visitor)
    with Connection(url) as visitor:
        again = take(visitor)
        again.ack()
        nothing = take(visitor)

    assert json.loads(first.body) == json.loads(again.body) == {"id": "one"}
    assert nothing is None
    assert (tmp_path / "bus.sock").stat().st_mode & 0o777 == 0o600


def test_a_visitor_hears_what_comes_later(url, other_process):
    from kombu import Connection

    heard = []
    queue = Queue(HEARING.queue, no_declare=True)
    with Connection(url) as visitor, Consumer(visitor, queue, on_message=heard.append):
        send(url, "one", to=("notify.retry", wait_queue_name(HEARING.queue, DELAYS_S[0])))
        visitor.drain_events(timeout=2)

    assert json.loads(heard[0].body) == {"id": "one"}


def test_a_visitor_notices_that_the_broker_has_gone(url, other_process):
    from kombu import Connection

    with Connection(url) as visitor:
        channel = visitor.channel()
        other_process.kill()
        other_process.wait()

        with pytest.raises(ConnectionError):
            channel.basic_get(HEARING.queue)


def test_nobody_waits_long_for_a_message_when_the_process_is_to_end(connect):
    connection = connect()
    with Consumer(connection, Queue(HEARING.queue, no_declare=True), callbacks=[print]):
        eventlet.spawn_after(0.1, reach.prepare_to_end)
        began = time.monotonic()

        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=30)

    assert time.monotonic() - began < 5


def test_thousands_of_messages_take_their_turn(url, connect):
    started = time.monotonic()
    send(url, *(str(number) for number in range(2000)))
    reader = connect()
    seen = 0
    while (message := take(reader)) is not None:
        message.ack()
        seen += 1

    assert seen == 2000
    assert time.monotonic() - started < 10


def test_what_was_to_wait_by_a_clock_a_day_ahead_waits_no_longer_than_its_queue_says(tmp_path, url):
    from kombu import Connection

    from chassis import topology

    topology.declare(url, DELAYS_S)
    send(url, "one", to=("notify.retry", wait_queue_name(HEARING.queue, DELAYS_S[0])))
    with sqlite3.connect(tmp_path / "bus.db") as bus:
        bus.execute("UPDATE message SET due_at = due_at + 86400")

    with Connection(url) as again:
        again.connect()
        eventlet.sleep(DELAYS_S[0] + 0.3)

        assert json.loads(take(again).body) == {"id": "one"}


def test_a_full_disk_keeps_a_message_and_ends_nobody(tmp_path, url, connect):
    send(url, "one")
    with full(tmp_path):
        nothing = take(connect())
        eventlet.sleep(1.2)
    eventlet.sleep(1.2)

    assert nothing is None
    message = take(connect())
    with full(tmp_path):
        message.ack()
    eventlet.sleep(1.2)
    with sqlite3.connect(tmp_path / "bus.db") as bus:
        assert bus.execute("SELECT count(*) FROM message").fetchone() == (0,)


@contextlib.contextmanager
def full(folder):
    """Let no file grow inside the block: the journal of `bus.db` cannot, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_deep_folder_has_a_short_name_where_the_system_has_none_for_open_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(socket_names, "_OPEN_ONES", tmp_path / "none")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 5)
    deep.mkdir(parents=True)
    (deep / "bus.sock").touch()

    name = Path(socket_names.address(deep / "bus.sock"))

    assert name.samefile(deep / "bus.sock")
    assert len(str(name)) - len(str(tmp_path)) < 40
