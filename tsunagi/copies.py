"""Services as copies of one process that has imported everything (ADR 21).

Seven processes that import the same for 1.4 s each keep a small machine busy for as long as a user waits.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tsunagi.instance import from_outside
from tsunagi.servers.process import Failed, start, stop, tail

_STARTS_WITHIN_S = 60
_LOOKS_EVERY_S = 0.02


class Copy:
    """One copy, to be handled like a `subprocess.Popen`."""

    def __init__(self, pid: int, press: "Press") -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._press = press

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        self._press.hear()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended. Raises subprocess.TimeoutExpired."""
        until = time.monotonic() + timeout if timeout is not None else None
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(_LOOKS_EVERY_S)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class Press:
    """Makes the copies. Should its template have died it is started again at the next of them.

    Template and copies die with the thread that started the template.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._template: subprocess.Popen[bytes] | None = None
        self._running: dict[int, Copy] = {}

    def begin(self) -> None:
        """Start the template without waiting, to be ready at the first copy."""
        with self._lock:
            self._begin()

    def start(self, words: Sequence[str], *, log: Path, env: Mapping[str, str]) -> Copy:
        """Start `tsunagi WORDS…`. Raises Failed when there is no template to copy."""
        log.parent.mkdir(parents=True, exist_ok=True)
        asked = json.dumps({"words": list(words), "env": dict(env), "log": str(log.resolve())})
        with self._lock:
            self._take_what_was_said()
            line = self._line or self._begin()
            line.settimeout(_STARTS_WITHIN_S)
            line.send(asked.encode())
            until = time.monotonic() + _STARTS_WITHIN_S
            while time.monotonic() < until:
                before = set(self._running)
                self._take_what_was_said(until - time.monotonic())
                if self._line is None:
                    break
                for pid in self._running.keys() - before:
                    return self._running[pid]
        raise Failed(f"the template of the services has ended; see {self._log}\n{tail(self._log)}")

    def hear(self) -> None:
        """Take note of what has ended."""
        with self._lock:
            self._take_what_was_said()

    def close(self) -> None:
        """End the template, and with it what is still running."""
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._gone()
        stop(self._template)

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tsunagi.template"]
            # None of the settings: those of one service are no other's business.
            self._template = start(command, log=self._log, env=from_outside(), stdin=theirs)
        self._line = ours
        return ours

    def _take_what_was_said(self, wait_s: float = 0) -> None:
        """Read every message that has come; the first is waited for."""
        while self._line is not None:
            self._line.settimeout(wait_s)
            wait_s = 0
            try:
                said = self._line.recv(1000)
            except (BlockingIOError, TimeoutError):
                return
            except OSError:
                said = b""
            if said:
                self._note(json.loads(said))
            else:
                self._line.close()
                self._gone()

    def _note(self, said: dict[str, int]) -> None:
        if pid := said.get("started"):
            self._running[pid] = Copy(pid, self)
        elif copy := self._running.pop(said["ended"], None):
            copy.returncode = said["code"]

    def _gone(self) -> None:
        """The kernel asks the copies to end when the template has."""
        self._line = None
        for copy in self._running.values():
            copy.returncode = -signal.SIGTERM
        self._running.clear()
