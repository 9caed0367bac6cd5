"""The post of a process with a broker: one message that is refused hurts nobody else."""

from functools import partial

import pytest

from chassis.post import NobodyThere, Post
from chassis.publish import NotConfirmed, Outgoing
from chassis.topology import retry_exchange

QUEUE = "notify.on_discharge_noted"


@pytest.fixture
def url(instance):
    return instance.instance.amqp_url("admin")


@pytest.fixture
def post(url):
    made = Post(url)
    yield made
    made._publisher.close()


def fact(id, exchange=None, queue=QUEUE):
    return Outgoing(id, exchange or retry_exchange("notify").name, queue, "{}")


def deliver(post, *messages):
    """Return by id what each sender was told."""
    told = {}
    for message in messages:
        post.send(message, partial(told.__setitem__, message.id))
    post._deliver([(letter, letter.make()) for letter in post._gather()])
    return {id: type(error) for id, error in told.items()}


def test_each_sender_is_told_of_its_own_message(post):
    told = deliver(post, fact("one"), fact("nobody", queue="nobody.on_anything"), fact("two"))

    assert told == {"one": type(None), "nobody": NobodyThere, "two": type(None)}


def test_a_message_that_the_broker_refuses_hurts_nobody_else(post):
    told = deliver(post, fact("one"), fact("refused", exchange="nothing.here"), fact("two"))

    assert [told[id].__name__ for id in ("one", "refused", "two")] == ["NoneType", "NotFound", "NoneType"]


def test_who_waits_for_an_answer_goes_first(post):
    post.send(fact("fact"), lambda error: None, is_patient=True)
    post.send(fact("answer"), lambda error: None)

    assert [letter.make().id for letter in post._gather()] == ["answer", "fact"]


def test_what_the_broker_has_is_not_sent_again(post, instance, monkeypatch):
    publish, broken = post._publisher.publish, []

    def breaks_once(batch):
        publish(batch)
        if not broken:
            broken.append(batch)
            post._publisher.unconfirmed = {"b"}
            raise ConnectionResetError

    monkeypatch.setattr(post._publisher, "publish", breaks_once)

    assert deliver(post, fact("a"), fact("b"), fact("c")) == dict.fromkeys("abc", type(None))

    ids = [message.properties["message_id"] for message in instance.broker.peek(QUEUE)]
    assert [ids.count(each) for each in "abc"] == [1, 2, 1]


def test_a_connection_that_is_given_up_is_closed(post):
    deliver(post, fact("first"))
    link = post._publisher._link

    deliver(post, fact("refused", exchange="nothing.here"))

    assert not link.connected


def test_a_fact_that_is_not_confirmed_holds_up_no_call(post):
    told = {}
    post.send(fact("call"), partial(told.__setitem__, "call"))
    post.send(fact("fact"), partial(told.__setitem__, "fact"), is_patient=True)

    letters = [(letter, letter.make()) for letter in post._gather()]
    post._publisher.unconfirmed = {"call", "fact"}
    again = post._hindered(letters, NotConfirmed())

    assert [message.id for _, message in again] == ["call"]
    assert {id: type(error) for id, error in told.items()} == {"fact": NotConfirmed}
