"""Somebody who sends notes whatever happens to the instance, and a count of what became of them."""

import json
import sqlite3
import threading
import uuid
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay
from tsunagi import embedded_files
from tsunagi import instance as instances
from tsunagi.client import Client, Refused


def person(folder: Path, login: str) -> Client:
    """Sign somebody of the demonstration in `folder` in."""
    passwords = json.loads((folder / "demo-accounts.json").read_text())
    return Client(instances.load(folder).public_url).sign_in(login, passwords[login])


class Sender:
    """Sends one note after the other, each again under its key until it is accepted.

    `accepted` has the handoffs' ids, `refusals` the statuses of answers that said no.
    """

    def __init__(self, folder: Path) -> None:
        _settle(folder)
        self.accepted: list[str] = []
        self.refusals: Counter[int] = Counter()
        self._planner = person(folder, "tanaka")
        stay_id = a_stay(self._planner, person(folder, "sato"))
        self._body = {"stay_id": stay_id, "content": a_note(self._planner, stay_id)}
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._send_on, daemon=True)

    def __enter__(self) -> "Sender":
        self._thread.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.leave()

    def leave(self) -> None:
        """Send no more."""
        self._leaving.set()
        self._thread.join(60)

    def sends(self, more: int) -> None:
        """Return when so many more have been accepted."""
        before = len(self.accepted)
        eventually(lambda: len(self.accepted) >= before + more, 120, every=0.01)

    def _send_on(self) -> None:
        while not self._leaving.is_set():
            key = uuid.uuid4().hex
            while (answer := self._try(key)) is None:
                if self._leaving.wait(0.1):
                    return
            self.accepted.append(answer["handoff_id"])

    def _try(self, key: str) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = self._planner.post("/api/handoffs", self._body, key=key)
            return answer
        except Refused as refusal:
            self.refusals[refusal.status] += 1
            if refusal.status == 400:
                # A page that is older than its session, or seems to be: it is opened anew.
                self._planner.visit()
        except (requests.RequestException, ValueError):
            self.refusals[0] += 1
        return None


def all_there_once(folder: Path, accepted: list[str]) -> None:
    """Wait until each accepted handoff has its one alert, nothing else has one, and nothing is under way."""
    files = _settle(folder)
    sent = _values(files["sharing"], "SELECT handoff_id FROM handoff")
    alerts = _values(files["notify"], "SELECT handoff_id FROM alert")
    assert set(accepted) <= set(sent)
    assert sorted(set(accepted)) == sorted(accepted)
    assert Counter(alerts) == Counter(sent)


def _settle(folder: Path) -> dict[str, Path]:
    """Wait until every fact is told and heard, none parked; returns the databases."""
    known = instances.load(folder)
    files = embedded_files.databases(known)
    untold = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    eventually(lambda: not any(_values(file, untold)[0] for file in files.values()), 180, every=0.5)
    waiting = "SELECT count(*) FROM message"
    eventually(lambda: _values(embedded_files.bus(known), waiting) == [0], 180, every=0.5)
    return files


def _values(file: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(file, timeout=10)) as db:
        return [row[0] for row in db.execute(statement)]
