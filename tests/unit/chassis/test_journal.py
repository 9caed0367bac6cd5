"""A replay tells how far it came when the broker takes no more."""

import pytest

from chassis import journal
from chassis.topology import hearings


class Broker:
    """Takes so many messages, then returns all others."""

    def __init__(self, takes):
        self.takes = takes

    def publish(self, batch):
        taken, self.takes = batch[: self.takes], max(self.takes - len(batch), 0)
        return {message.id for message in batch[len(taken) :]}


def pages(*sizes):
    for page, size in enumerate(sizes):
        yield [(f"{page}-{number}", {}) for number in range(size)]


def test_a_replay_ends_at_the_first_fact_that_no_queue_takes(monkeypatch):
    monkeypatch.setattr(journal, "_pages", lambda *ignored: pages(100, 100, 100))
    [hearing, *_] = hearings()

    with pytest.raises(journal.Unroutable, match="140 were sent") as failure:
        journal.replay(None, None, hearing, Broker(takes=140))

    assert failure.value.published == 140


def test_a_replay_counts_what_was_taken(monkeypatch):
    monkeypatch.setattr(journal, "_pages", lambda *ignored: pages(100, 7))
    [hearing, *_] = hearings()

    assert journal.replay(None, None, hearing, Broker(takes=1000)) == 107
