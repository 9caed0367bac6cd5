"""Open pages of both sides hear of every new state, by ids alone."""

import json

import pytest

from tests.support.eventually import eventually


@pytest.fixture
def hints(stack):
    with stack.home.connect() as connection:
        channel = connection.channel()
        queue = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(queue, "live")
        yield Hints(channel, queue)


class Hints:
    """What is broadcast to the gateways while the test runs."""

    def __init__(self, channel, queue):
        self.channel, self.queue, self.heard = channel, queue, []

    def of(self, handoff_id):
        """Return (state, to) of every hint about a handoff so far."""
        while (message := self.channel.basic_get(self.queue, no_ack=True)) is not None:
            self.heard += json.loads(message.body)
        return [(hint["state"], hint["to"]) for hint in self.heard if hint.get("handoff_id") == handoff_id]


def test_each_change_of_state_is_hinted_to_the_sender_and_those_who_were_asked(town, hints):
    handoff_id = town.a_handoff()
    town.tell_raised(handoff_id)
    town.tell_escalated(handoff_id, 4)
    town.ask(town.counsellor, "acknowledge_handoff", handoff_id=handoff_id)

    eventually(lambda: len(hints.of(handoff_id)) == 4, timeout=10)

    # That a note has come, notify tells the receivers.
    sender = [f"account:{town.tanaka.account_id}", f"office:{town.hospital}"]
    asked = [f"account:{town.aoki.account_id}", f"office:{town.sakura}", f"office:{town.desk}"]
    with_desk = sorted([*sender, *asked])
    assert hints.of(handoff_id) == [
        ("sent", sender),
        ("delivered", sender),
        ("escalated", with_desk),
        ("acknowledged", with_desk),
    ]


def test_what_changes_nothing_is_not_hinted(town, hints):
    handoff_id = town.a_handoff()
    town.tell_raised(handoff_id)
    town.tell_raised(handoff_id)
    town.read(town.tanaka, handoff_id)
    town.read(town.aoki, handoff_id)
    town.read(town.aoki, handoff_id)

    eventually(lambda: len(hints.of(handoff_id)) >= 3, timeout=10)

    assert [state for state, _ in hints.of(handoff_id)] == ["sent", "delivered", "seen"]
