"""What goes by post: a sender learns what became of its message, also when nothing could be sent."""

import socket
from types import SimpleNamespace

import pytest

from chassis import post
from chassis.answers import AnswerListener
from chassis.calls import Calls
from chassis.post import Post
from chassis.publish import Outgoing
from contracts.errors import Unavailable

MESSAGE = Outgoing(id="one", exchange="nameko-rpc", routing_key="sharing.get_note", body="{}")


@pytest.fixture
def no_broker():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"amqp://127.0.0.1:{taken.getsockname()[1]}//"


def test_a_sender_is_told_that_there_is_no_broker(no_broker, monkeypatch):
    monkeypatch.setattr(post, "PATIENCE_S", 0)
    told = []
    sender = Post(no_broker)
    sender.send(MESSAGE, told.append)

    sender._deliver([(letter, letter.make()) for letter in sender._gather()])

    assert [type(error) for error in told] == [ConnectionRefusedError]


def test_one_sender_that_fails_keeps_no_other_from_being_told():
    told = []

    def fails(error):
        raise ValueError

    post._tell((post._Letter(False, 0, lambda: MESSAGE, act, 0.0), None) for act in (fails, told.append))

    assert told == [None]


def test_a_message_that_cannot_be_made_is_told_to_its_sender_alone(no_broker):
    told = []
    sender = Post(no_broker)

    def breaks():
        raise TypeError

    sender.send_made(breaks, told.append)
    sender.send(MESSAGE, told.append)

    assert [message for _, message in sender._made(sender._gather())] == [MESSAGE]
    assert [type(error) for error in told] == [TypeError]


def test_an_answer_after_all_does_not_disturb_who_was_told_of_a_failure():
    listener = AnswerListener()
    caller = listener.get_reply_event("one")
    caller.send_exception(ConnectionError())

    listener.arrived(SimpleNamespace(properties={"correlation_id": "one"}, body=b"{}"))

    assert caller.ready()


def test_a_call_that_got_no_answer_in_time_leaves_nothing_behind(no_broker):
    calls = Calls()
    calls.reply_listener = AnswerListener()
    calls.container = SimpleNamespace(config={"context": SimpleNamespace(post=Post(no_broker))})

    with pytest.raises(Unavailable):
        calls._wait(MESSAGE, 0.01)

    assert calls.reply_listener._reply_events == {}
