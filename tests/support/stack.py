"""Real processes of an instance, looked after as `tsunagi run` does it."""

import os
import signal
import threading
from collections.abc import Iterable
from typing import Any

from tests.support.eventually import eventually
from tests.support.machine import TestInstance
from tsunagi.parts import ALL, WORKER
from tsunagi.supervisor import Part, Supervisor


class Stack:
    """Running processes of an instance. What dies is started again within a second or so."""

    def __init__(self, home: TestInstance, names: Iterable[str]) -> None:
        self.home = home
        self.instance = home.instance
        self.clock, self.calls, self.broker = home.clock, home.calls, home.broker
        self.supervisor = _supervisor(home, list(names))
        # What is no copy dies with the thread that starts it, so one thread has to live as long.
        self._thread = threading.Thread(target=self._look_after, daemon=True)
        self._started = threading.Event()
        self._is_thrown_away = False
        self._failure: Exception | None = None

    def start(self, within_s: float = 120) -> "Stack":
        """Start the processes and wait until all are ready."""
        self._thread.start()
        self._started.wait(90)
        try:
            if self._failure is not None:
                raise self._failure
            self.supervisor.wait_ready(within_s)
        except BaseException:
            self.throw_away()
            raise
        return self

    def _look_after(self) -> None:
        try:
            self.supervisor.start()
        except Exception as error:
            self._failure = error
            return
        finally:
            self._started.set()
        self.supervisor.run()
        if not self._is_thrown_away:
            self.supervisor.stop()

    def stop(self) -> None:
        """Stop the processes in order, as `tsunagi run` does it."""
        self.supervisor.leave()
        self._thread.join(60)

    def throw_away(self) -> None:
        """Kill the processes: nothing of the instance is needed any more, and a stop takes seconds."""
        self._is_thrown_away = True
        self.stop()
        for process in (part.process for part in self.supervisor.parts.values()):
            if process is not None:
                process.kill()
                process.wait(10)

    @property
    def url(self) -> str:
        """The gateway's address."""
        return self.instance.public_url

    def ask(self, service: str, method: str, request: dict[str, Any] | None = None, **how: Any) -> Any:
        """Call a service as `caller` (see `Calls.ask`)."""
        return self.calls.ask(service, method, request, **how)

    def database(self, service: str) -> Any:
        """Return a service's database."""
        return self.home.database(service)

    def pid(self, name: str) -> int:
        """Return the process id of a running part."""
        process = self._part(name).process
        assert process is not None
        return process.pid

    def kill(self, name: str, with_signal: int = signal.SIGKILL) -> None:
        """Send a signal to a part; the supervisor starts it again."""
        os.kill(self.pid(name), with_signal)

    def wait_ready(self, within_s: float = 60) -> None:
        """Return when every part is ready (again)."""
        for part in self.supervisor.parts.values():
            eventually(part.is_ready, within_s)

    def log(self, name: str) -> str:
        """Return what a part has written so far."""
        return self._part(name).log.read_text("utf-8", "replace")

    def take_down(self, name: str) -> None:
        """End a part and keep it down until `bring_back`."""
        part = self._part(name)
        process, part.due_at, part.process = part.process, float("inf"), None
        if process is not None:
            process.kill()
            process.wait(10)

    def bring_back(self, name: str) -> None:
        """Start a part that was taken down and wait until it is ready."""
        self._part(name).due_at = 0.0
        eventually(self._part(name).is_ready, 60)

    def _part(self, name: str) -> Part:
        """Return the process in which `name` runs."""
        parts = self.supervisor.parts
        return parts[name] if name in parts else parts[ALL]


def _supervisor(home: TestInstance, names: list[str]) -> Supervisor:
    """Return what looks after these; where they share a process, after that."""
    if not home.is_embedded:
        return Supervisor(home.instance, names, press=home.machine.press)
    together = tuple(name for name in names if name != WORKER)
    made = Supervisor(home.instance, [*([ALL] if together else []), *({WORKER} & set(names))])
    if together:
        made.parts[ALL].words = ("serve", *together) if len(together) > 1 else ("serve", *together, *together)
    return made
