"""Starts the processes of an instance, restarts what dies, stops them in order."""

import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tsunagi import whole_files
from tsunagi.copies import Press
from tsunagi.instance import Instance, places
from tsunagi.instance.finding import take_new_passwords
from tsunagi.obstacles import Obstacle
from tsunagi.parts import GATEWAY, WORKER
from tsunagi.servers.process import Failed, Process, ask_to_end, start, tail, wait_for_end

LONGEST_WAIT_S = 30.0
STEADY_AFTER_S = 60.0
LOOK_OUT_EVERY_S = 2.0
LOG_LIMIT_BYTES = 20_000_000


@dataclass
class Part:
    """One process: what it is called, how it is started (`words` of the program), what runs of it now.

    With a `press` it is started as a copy.
    """

    name: str
    instance: Instance
    process: Process | None = field(default=None, repr=False)
    started_at: float = 0.0
    restarts: int = 0
    due_at: float | None = None
    words: tuple[str, ...] = ()
    press: Press | None = None

    @property
    def log(self) -> Path:
        return self.instance.logs / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return places.pid(self.instance.folder, self.name)

    def launch(self) -> None:
        """Start the process without waiting, with the passwords that hold now."""
        take_new_passwords(self.instance)
        words = self.words or (("work",) if self.name == WORKER else ("serve", self.name))
        keep_small(self.log)
        self.started_at, self.due_at = time.monotonic(), None
        env = self.instance.environment(self.name)
        if self.press is not None:
            self.process = self.press.start(words, log=self.log, env=env)
        else:
            self.process = start([sys.executable, "-m", "tsunagi", *words], log=self.log, env=env)
        # It runs by now, whether there is room to say which process it is or not.
        with suppress(OSError):
            self.pid_file.parent.mkdir(exist_ok=True)
            whole_files.write(self.pid_file, str(self.process.pid))

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self) -> float:
        """Return after how many seconds it is started again: 1, 2, 4 … 30, from 1 again once steady."""
        now = time.monotonic()
        if now - self.started_at > STEADY_AFTER_S:
            self.restarts = 0
        wait_s = min(2.0**self.restarts, LONGEST_WAIT_S)
        self.restarts += 1
        self.due_at, self.process = now + wait_s, None
        return wait_s

    def is_ready(self) -> bool:
        """Return whether its /ready answers 200."""
        port = self.instance.ports[f"health_{self.name}"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=15) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


class Supervisor:
    """Looks after the processes `names` of an instance, by default all; with a `press` services are copies.

    `outlook` returns what hinders all of them, or nothing, and is asked every two seconds.

    Processes die with the thread that starts them: `run` and `start` belong to one thread, which has
    to live as long as they shall.
    """

    def __init__(
        self,
        instance: Instance,
        names: Iterable[str] | None = None,
        say: Callable[[str], None] = lambda line: None,
        press: Press | None = None,
        outlook: Callable[[], str] = str,
    ) -> None:
        self.parts = {
            name: Part(name, instance, press=press if name != WORKER else None)
            for name in names or instance.processes
        }
        self._say = say
        self._outlook, self._told, self._look_at = outlook, "", 0.0
        self._leave = threading.Event()

    def start(self) -> None:
        """Start every process without waiting."""
        for part in self.parts.values():
            part.launch()

    def wait_ready(self, within_s: float = 120) -> None:
        """Return when every process is ready. Raises Failed, with the log's end, when one is not."""
        until = time.monotonic() + within_s
        waiting = list(self.parts.values())
        while waiting:
            waiting = [part for part in waiting if not part.is_ready()]
            dead = next((part for part in waiting if part.has_died()), None)
            if dead or (waiting and time.monotonic() > until):
                part = dead or waiting[0]
                raise Failed(f"{part.name} did not get ready; see {part.log}\n{tail(part.log, 30)}")
            time.sleep(0.1)

    def run(self) -> None:
        """Restart what dies until `leave` is called."""
        while not self._leave.wait(0.2):
            for part in self.parts.values():
                self._look_after(part)
            self._look_out()

    def _look_out(self) -> None:
        """Say what keeps all of them from working, once."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_OUT_EVERY_S
        told = self._told
        with suppress(OSError):
            self._told = self._outlook()
        if self._told and self._told != told:
            self._say(self._told)

    def leave(self) -> None:
        """Make `run` return; from any thread or a signal handler."""
        self._leave.set()

    def _look_after(self, part: Part) -> None:
        if part.has_died():
            assert part.process is not None
            code = part.process.returncode
            wait_s = part.plan_restart()
            self._say(
                f"{part.name} ended ({_reason(code)}); it starts again in {wait_s:g} s. Log: {part.log}"
            )
        elif part.due_at is not None and time.monotonic() >= part.due_at:
            try:
                part.launch()
            except (Failed, Obstacle, OSError) as error:
                self._say(f"{part.name} cannot be started: {error}")
                part.plan_restart()

    def stop(self) -> None:
        """Stop the gateway first, so that nothing new comes in, then the rest side by side."""
        gateway = [part.process for name, part in self.parts.items() if name == GATEWAY]
        others = [part.process for name, part in self.parts.items() if name != GATEWAY]
        for group in (gateway, others):
            for process in group:
                ask_to_end(process)
            for process in group:
                wait_for_end(process)


def _reason(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def keep_small(log: Path) -> None:
    """Put a log that has grown large aside; one older one is kept."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
