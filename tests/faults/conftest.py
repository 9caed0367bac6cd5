"""Servers of their own for tests that kill servers, and trial services that break when told to."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.auth import Caller
from chassis.publish import BatchPublisher, Outgoing
from contracts.fact import NewFact
from tests.support.calls import a_caller
from tests.support.eventually import eventually
from tests.support.machine import Machine, TestInstance
from tests.support.trial import metadata


class Trial:
    """Trial services on one instance, each started again when it dies."""

    def __init__(self, home: TestInstance, *names: str) -> None:
        self.home = home
        self.names = names
        self.caller: Caller = a_caller()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.starts = dict.fromkeys(names, 0)
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._look_after, daemon=True)

    def start(self) -> "Trial":
        for name in self.names:
            metadata.create_all(self.home.database(name).engine)
        self._thread.start()
        self.wait_ready()
        return self

    def _look_after(self) -> None:
        while not self._leaving.is_set():
            for name in self.names:
                if name not in self.running or self.running[name].poll() is not None:
                    self._launch(name)
            time.sleep(0.1)

    def _launch(self, name: str) -> None:
        self.starts[name] += 1
        self.home.instance.logs.mkdir(exist_ok=True)
        with (self.home.instance.logs / f"trial-{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.support.trial", name],
                env={**self.home.instance.environment(name)},
                stderr=log,
            )

    def is_ready(self, name: str) -> bool:
        import urllib.request

        port = self.home.instance.ports[f"health_{name}"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=3) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_ready(self, within_s: float = 60) -> None:
        for name in self.names:
            eventually(lambda name=name: self.is_ready(name), within_s)

    def kill(self, name: str, with_signal: int = signal.SIGKILL) -> None:
        os.kill(self.running[name].pid, with_signal)

    def log(self, name: str) -> str:
        return (self.home.instance.logs / f"trial-{name}.log").read_text("utf-8")

    def leave_dead(self) -> None:
        """Start nothing again from now on."""
        self._leaving.set()
        self._thread.join(10)

    def throw_away(self) -> None:
        """Kill what runs: nothing of it is needed any more, and a stop takes seconds."""
        self.leave_dead()
        for process in self.running.values():
            process.kill()
            process.wait(10)

    # What tests do with it.

    def rule(self, subject: str, what: str, seconds: float = 0, service: str = "events") -> None:
        self.home.database(service).execute(
            "INSERT INTO trial_rule (subject, what, seconds) VALUES (:subject, :what, :seconds)",
            subject=subject,
            what=what,
            seconds=seconds,
        )

    def obey_no_more(self) -> None:
        self.home.database("events").execute("DELETE FROM trial_rule")

    def seen(self, handler: str, service: str = "events") -> list[str]:
        rows = self.home.database(service).rows(
            "SELECT subject FROM trial_seen WHERE handler = :handler ORDER BY number", handler=handler
        )
        return [str(row["subject"]) for row in rows]

    def publish_together(self, facts: list[NewFact]) -> list[dict[str, Any]]:
        """Publish facts in one go; returns their envelopes."""
        publisher = BatchPublisher(self.home.instance.amqp_url("admin"))
        envelopes = [self.home.broker.envelope(fact) for fact in facts]
        publisher.publish(
            [
                Outgoing(each["id"], "sharing.events", each["type"].split(".", 1)[1], json.dumps(each))
                for each in envelopes
            ]
        )
        publisher.close()
        return envelopes

    def say(self, stay_id: str | None = None, **how: object) -> str:
        """Save and announce through the RPC; returns the subject."""
        stay_id = stay_id or str(uuid.uuid4())
        key = how.pop("key", stay_id)
        request = {"stay_id": stay_id, **({"after_s": how.pop("after_s")} if "after_s" in how else {})}
        self.home.calls.ask("sharing", "say_planned", request, caller=self.caller, key=str(key), **how)
        return stay_id


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Machine]:
    """Servers that a test may kill; the database writes for sure here (fsync on)."""
    running = Machine(fast=False).start()
    yield running
    running.stop()


@pytest.fixture
def own_home(own_machine: Machine) -> Iterator[TestInstance]:
    made = own_machine.fresh()
    yield made
    made.close()


@pytest.fixture
def start_trial() -> Iterator[Callable[..., Trial]]:
    running: list[Trial] = []

    def start(home: TestInstance, *names: str) -> Trial:
        running.append(Trial(home, *(names or ("sharing", "events"))).start())
        return running[-1]

    yield start
    for trial in running:
        trial.throw_away()


@pytest.fixture(scope="module")
def trial(instance: TestInstance) -> Iterator[Trial]:
    """Both trial services on the shared servers."""
    running = Trial(instance, "sharing", "events").start()
    yield running
    running.throw_away()
