"""When a loop runs its method again."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import eventlet
import pytest

from chassis import loops
from chassis.loops import Loop

NOW = datetime(2026, 10, 5, 0, 0, tzinfo=UTC)


class Running:
    """A loop that turns every hundredth of a second; its method returns `finds`."""

    def __init__(self, finds, version=1):
        self.now, self.seen, self.finds, self.runs = NOW, version, finds, 0
        context = SimpleNamespace(
            db=SimpleNamespace(version=lambda: self.seen), clock=SimpleNamespace(now=lambda: self.now)
        )
        self.loop = Loop(0.01)
        self.loop.method_name = "turn"
        self.loop.container = SimpleNamespace(
            service_name="trial", config={"context": context}, spawn_worker=self.run
        )
        self.thread = eventlet.spawn(self.loop._run)

    def run(self, entrypoint, args, kwargs, context_data, handle_result):
        self.runs += 1
        fault = self.finds if isinstance(self.finds, Exception) else None
        handle_result(None, self.finds, (type(fault), fault, None) if fault else None)

    def due_at(self):
        return loops.DUE_AT.labels(service="trial", loop="turn")._value.get()

    def after(self, seconds=0.1):
        eventlet.sleep(seconds)
        return self.runs


@pytest.fixture
def start(monkeypatch):
    monkeypatch.setattr(loops, "AT_REST_S", 0.02)
    started = []

    def start(*args, **named):
        started.append(Running(*args, **named))
        return started[-1]

    yield start
    for each in started:
        each.thread.kill()


def test_what_may_find_something_at_any_time_runs_after_each_interval(start):
    assert start(None).after() > 3


def test_what_found_nothing_runs_again_when_the_database_has_changed(start):
    running = start(False)
    assert running.after() == 1

    running.seen = 2

    assert running.after() == 2


def test_what_knows_its_time_runs_then(start):
    running = start(NOW + timedelta(minutes=15))
    assert running.after() == 1

    running.now += timedelta(minutes=15)

    assert running.after() > 3


def test_where_a_database_tells_of_no_changes_they_are_supposed_every_second(start):
    running = start(False, version=None)

    assert (running.after(0.5), running.after(0.7)) == (1, 2)


def test_a_database_that_tells_of_changes_is_not_asked_all_the_time(start, monkeypatch):
    monkeypatch.setattr(loops, "AT_REST_S", 30.0)
    running = start(False)
    assert running.after() == 1

    running.seen = 2

    assert running.after() == 1


def test_what_fails_at_every_turn_is_not_told_to_be_well(start):
    running = start(None)
    running.after()
    running.finds = ValueError()
    running.after(0.05)
    before = running.due_at()

    assert running.after() > 10
    assert running.due_at() == before

    running.finds = None
    running.after()

    assert running.due_at() > before
