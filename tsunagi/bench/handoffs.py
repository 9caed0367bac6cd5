"""Notes sent and shown: how many a second, and how long one takes."""

import itertools
import json
import time
from dataclasses import dataclass

from tsunagi.bench import load
from tsunagi.bench.figures import percentile
from tsunagi.bench.listeners import Listeners
from tsunagi.bench.load import Shot
from tsunagi.bench.users import Users

ARRIVE_WITHIN_S = 60.0


class NotAccepted(Exception):
    """A note was refused; a bench that is refused measures nothing."""


@dataclass(frozen=True)
class Sent:
    """The shots of one series by the handoff that each made."""

    shots: dict[str, Shot]

    @classmethod
    def of(cls, shots: list[Shot]) -> "Sent":
        refused = [shot for shot in shots if shot.answer.status != 201]
        if refused:
            answer = refused[0].answer
            raise NotAccepted(f"{len(refused)} of {len(shots)}: {answer.status} {answer.body[:300]!r}")
        return cls({json.loads(shot.answer.body)["handoff_id"]: shot for shot in shots})


class Handoffs:
    """Sends notes of one person after another; nobody's is sent twice."""

    def __init__(self, users: Users, listeners: Listeners) -> None:
        self._users = users
        self._listeners = listeners
        self._numbers = itertools.count()
        self.accepted: set[str] = set()

    def as_fast_as_possible(self, seconds: float) -> tuple[float, int]:
        """Return how many a second were sent and shown, until the last one was, and how many in all."""
        start = time.perf_counter()
        shots = load.closed_loop(self._users.port, self._users.notes(self._numbers), seconds)
        sent = Sent.of(shots)
        arrived = self._wait(sent)
        per_s = len(arrived) / (max(arrived.values()) - start) if arrived else 0.0
        return per_s, len(sent.shots)

    def at_pace(self, per_s: float, seconds: float) -> list[float]:
        """Return for each note the milliseconds from when it was due to its arrival on screen."""
        numbers = itertools.islice(self._numbers, int(per_s * seconds))
        sent = Sent.of(load.open_loop(self._users.port, list(self._users.notes(numbers)), per_s))
        arrived = self._wait(sent)
        return [(at - sent.shots[id].due_at) * 1000 for id, at in arrived.items()]

    def _wait(self, sent: Sent) -> dict[str, float]:
        """Return when each came on screen; what has not come in time is left to the count."""
        self.accepted |= set(sent.shots)
        until = time.monotonic() + ARRIVE_WITHIN_S
        while True:
            arrived = {id: at for id, at in self._listeners.arrived if id in sent.shots}
            if len(arrived) == len(sent.shots) or time.monotonic() > until:
                return arrived
            time.sleep(0.02)


def echo_ms(shots: list[Shot]) -> list[float]:
    """Return the milliseconds that each echo took from when it was due."""
    return [(shot.answered_at - shot.due_at) * 1000 for shot in shots]


def p50_p99(values: list[float]) -> tuple[float, float]:
    """Return the middle and the 99th percentile."""
    return percentile(values, 0.5), percentile(values, 0.99)
