"""Ends a process that has stopped working without dying, so that its supervisor starts a fresh one.

A greenthread beats as long as the hub turns and every lasting thread of the container lives. A thread
of the system, which a stuck hub cannot hold up, looks whether it still beats.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import eventlet
from eventlet import patcher

# What eventlet has put into their place would wait for the hub that is being watched.
_os = patcher.original("os")
_threading = patcher.original("threading")
_time = patcher.original("time")

EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h
_LOOKS = 10
_DEEPEST = 8


class Liveness:
    """Watches one process. `faults` says what has died, as codes; a stuck hub cannot even answer."""

    def __init__(self, service: str, limit_s: float) -> None:
        self._service = service
        self._every_s = limit_s / _LOOKS
        self._lasting: dict[Any, str] = {}
        self._beats = 0
        self._hub_thread = _threading.get_ident()
        self.faults: list[str] = []

    def start(self) -> None:
        """Begin to watch the hub; to be called in the thread in which it runs."""
        eventlet.spawn(self._beat)
        _threading.Thread(target=self._watch, name="liveness", daemon=True).start()

    def look_after(self, threads: Mapping[Any, str]) -> None:
        """Have these greenthreads, by their names, live as long as the process; none lets all go."""
        self._lasting = dict(threads)

    def _beat(self) -> None:
        while True:
            self.faults = [f"thread_died:{name}" for thread, name in self._lasting.items() if thread.dead]
            if not self.faults:
                self._beats += 1
            eventlet.sleep(min(1.0, self._every_s))

    def _watch(self) -> None:
        """Count looks, not seconds: while the machine sleeps nobody beats and nobody looks."""
        missed, before = 0, self._beats
        while missed < _LOOKS:
            _time.sleep(self._every_s)
            missed = missed + 1 if self._beats == before else 0
            before = self._beats
        self._end()

    def _end(self) -> None:
        frame = sys._current_frames().get(self._hub_thread)
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": "critical",
            "service": self._service,
            "logger": __name__,
            "event": "process_not_live",
            "reason": ", ".join(self.faults) or "hub_stuck",
            "where": frames(frame),
        }
        # Not by logging: its locks belong to the hub.
        _os.write(2, json.dumps(line).encode() + b"\n")
        _os._exit(EXIT_CODE)


def frames(frame: FrameType | None) -> list[str]:
    """Return where a thread is, innermost last, without any values."""
    found: list[str] = []
    while frame is not None and len(found) < _DEEPEST:
        code = frame.f_code
        found.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return found[::-1]
