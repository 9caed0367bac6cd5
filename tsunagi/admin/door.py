"""The instance's side: listens at `admin.sock` and has each command carried out by a process of its own."""

import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import IO

from chassis.socket_names import address
from tsunagi.admin import wire
from tsunagi.admin.errand import Errand
from tsunagi.instance import places
from tsunagi.interrupts import deaf

# What may come in; the others are carried out where they are called, or not while an instance runs.
ADMITTED = frozenset(
    {
        *("accounts", "audit", "backup", "dead-letters", "directory", "migrate", "notify", "replay"),
        "rotate-passwords",
    }
)
_GROUPS = frozenset({"accounts", "audit", "dead-letters", "directory"})
_ASKED_WITHIN_S = 10.0
_PLAIN = re.compile(r"[a-z][a-z-]*")


@contextmanager
def opened(folder: Path, log: Path) -> Iterator[None]:
    """Listen inside the block; at its end what is still carried out is ended. The folder has to be held."""
    door = _Door(folder, log)
    try:
        yield
    finally:
        with deaf():
            door.close()


class _Door:
    def __init__(self, folder: Path, log: Path) -> None:
        self._folder, self._log = folder.resolve(), log
        self._path = places.admin_socket(folder)
        self._lock = threading.Lock()
        self._errands: dict[Errand, threading.Thread] = {}
        self._is_closing = False
        self._listener = _listener(self._path)
        self._welcoming = threading.Thread(target=self._welcome, name="admin", daemon=True)
        self._welcoming.start()

    def close(self) -> None:
        """Take nothing more, end what is under way, and return when all of it has ended."""
        with self._lock:
            self._is_closing = True
            left = dict(self._errands)
        # Who waits in accept() is woken by no closing: Linux does it by a shutdown, others by a knock.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with suppress(OSError), socket.socket(socket.AF_UNIX) as knock:
            knock.connect(address(self._path))
        self._welcoming.join(_ASKED_WITHIN_S)
        self._listener.close()
        self._path.unlink(missing_ok=True)
        for errand in left:
            errand.interrupt()
        for thread in left.values():
            thread.join()

    def _welcome(self) -> None:
        while not self._is_closing:
            try:
                caller, _ = self._listener.accept()
            except OSError as error:
                self._note(f"nobody can be heard: {error}")
                time.sleep(1)
            else:
                threading.Thread(target=self._serve, args=[caller], daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        """Carry out what a caller asks; whoever goes away meanwhile, or says nothing, is no fault."""
        with suppress(OSError, ValueError, KeyError, TypeError), caller, caller.makefile("rb") as lines:
            caller.settimeout(_ASKED_WITHIN_S)
            with wire.heard(caller, lines) as asked:
                errand = Errand(self._folder, asked)
                is_begun = ADMITTED.issuperset(asked.words[:1] or [""]) and self._begin(errand)
            caller.settimeout(None)
            if not is_begun:
                wire.say(caller, {"refused": "not now"})
                return
            threading.Thread(target=_heed, args=[lines, errand], daemon=True).start()
            wire.say(caller, {"ended": self._awaited(errand, _name(asked.words))})
            # The other thread still reads.
            caller.shutdown(socket.SHUT_RDWR)

    def _begin(self, errand: Errand) -> bool:
        """Start it, in the thread that has to wait for it; False when that cannot be, or not any more."""
        with self._lock:
            if self._is_closing:
                return False
            try:
                errand.start()
            except OSError as error:
                self._note(f"no process could be made: {error}")
                return False
            self._errands[errand] = threading.current_thread()
            return True

    def _awaited(self, errand: Errand, name: str) -> int:
        began = time.monotonic()
        code = errand.wait()
        with self._lock:
            del self._errands[errand]
        self._note(f"{name}: exit code {code} after {time.monotonic() - began:.1f} s")
        return code

    def _note(self, line: str) -> None:
        with suppress(OSError), self._log.open("a") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}\n")


def _heed(lines: IO[bytes], errand: Errand) -> None:
    """Interrupt the command when its caller says so, or has gone."""
    with suppress(OSError, ValueError):
        while wire.read(lines):
            errand.interrupt()
    errand.interrupt()


def _listener(path: Path) -> socket.socket:
    path.parent.mkdir(exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    # One that a killed instance has left: whoever holds the folder is the only one to listen here.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address(path))
    path.chmod(0o600)
    listener.listen()
    return listener


def _name(words: Sequence[str]) -> str:
    """Return a command's name without anything that may be a person's, such as a login."""
    return " ".join(takewhile(_PLAIN.fullmatch, words[: 2 if words[0] in _GROUPS else 1]))
