"""Services as copies of one process that has imported everything (ADR 21).

Seven processes that import the same for 1.4 s each keep a small machine busy for as long as a user waits. On
Linux only; elsewhere each starts by itself.
"""

import contextlib
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
from typing import Any

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
        self._is_left = False

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        self._press.hear()
        if self._is_left and self.returncode is None and not is_there(self.pid):
            self.returncode = -signal.SIGTERM
        return self.returncode

    def leave(self) -> None:
        """Know that the template, to which it belongs, has died: the kernel has asked it to end."""
        self._is_left = True

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
            with contextlib.suppress(ProcessLookupError):
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
        self._made: Copy | None = None
        self._refusal = ""

    @classmethod
    def where_possible(cls, log: Path) -> "Press | None":
        """Return one, or None where the system lacks what it needs."""
        return cls(log) if sys.platform == "linux" else None

    def begin(self) -> None:
        """Start the template without waiting, to be ready at the first copy."""
        with self._lock:
            self._begin()

    def start(self, words: Sequence[str], *, log: Path, env: Mapping[str, str]) -> Copy:
        """Start `tsunagi WORDS…`. Raises Failed when no copy can be made."""
        log.parent.mkdir(parents=True, exist_ok=True)
        asked = json.dumps({"words": list(words), "env": dict(env), "log": str(log.resolve())})
        with self._lock:
            try:
                return self._ask(asked.encode())
            except OSError as error:
                self._let_go()
                raise Failed(f"no process could be made: {error}") from error

    def _ask(self, asked: bytes) -> Copy:
        self._take_what_was_said()
        line = self._line or self._begin()
        self._made, self._refusal = None, ""
        line.settimeout(_STARTS_WITHIN_S)
        line.send(asked)
        until = time.monotonic() + _STARTS_WITHIN_S
        while self._line is not None and time.monotonic() < until:
            self._take_what_was_said(until - time.monotonic())
            if self._made is not None:
                return self._made
            if self._refusal:
                raise Failed(f"no process could be made: {self._refusal}")
        # What it would make of this yet would be nobody's.
        self._let_go()
        raise Failed(f"the template of the services does not work; see {self._log}\n{tail(self._log)}")

    def hear(self) -> None:
        """Take note of what has ended."""
        with self._lock:
            self._take_what_was_said()

    def close(self) -> None:
        """End the template, and with it what is still running."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
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

    def _note(self, said: dict[str, Any]) -> None:
        if "failed" in said:
            self._refusal = said["failed"]
        elif "started" in said:
            self._made = self._running[said["started"]] = Copy(said["started"], self)
        elif copy := self._running.pop(said["ended"], None):
            copy.returncode = said["code"]

    def _gone(self) -> None:
        self._line = None
        for copy in self._running.values():
            copy.leave()
        self._running.clear()


def is_there(pid: int) -> bool:
    """Return whether a process does anything yet; one that has ended may still wait to be asked how."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")
