"""Two ways to put load on: as fast as ten clients can, and so many a second whatever the answers do."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from tsunagi.bench.wire import Answer, Line

CLIENTS = 10
OPEN_LOOP_LINES = 40


@dataclass(frozen=True)
class Shot:
    """One request: which, when it was meant to leave, when its answer was read, and the answer."""

    number: int
    due_at: float
    answered_at: float
    answer: Answer


def closed_loop(port: int, requests: Iterator[tuple[int, bytes]], seconds: float) -> list[Shot]:
    """Let ten clients send one request after another for so long; returns their shots."""
    until = time.perf_counter() + seconds
    shots: list[Shot] = []
    lock = threading.Lock()

    def client() -> None:
        line = Line(port)
        while time.perf_counter() < until:
            with lock:
                number, request = next(requests)
            shots.append(_shoot(line, number, request, time.perf_counter()))
        line.close()

    _run_all([client] * CLIENTS)
    return shots


def open_loop(port: int, requests: list[tuple[int, bytes]], per_s: float) -> list[Shot]:
    """Send the requests at a steady pace; a shot's time runs from when it was due."""
    due: SimpleQueue[tuple[int, bytes, float]] = SimpleQueue()
    start = time.perf_counter() + 0.5
    for place, (number, request) in enumerate(requests):
        due.put((number, request, start + place / per_s))
    shots: list[Shot] = []

    def client() -> None:
        line = Line(port)
        while True:
            try:
                number, request, at = due.get_nowait()
            except Empty:
                line.close()
                return
            time.sleep(max(0.0, at - time.perf_counter()))
            shots.append(_shoot(line, number, request, at))

    _run_all([client] * OPEN_LOOP_LINES)
    return shots


def _shoot(line: Line, number: int, request: bytes, due_at: float) -> Shot:
    answer = line.send(request)
    return Shot(number, due_at, time.perf_counter(), answer)


def _run_all(acts: list[Callable[[], None]]) -> None:
    faults: list[BaseException] = []

    def guarded(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
