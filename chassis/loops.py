"""Timer loops of a service: each catches, logs and goes on, since an escaped error ends the process."""

import logging
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint

logger = logging.getLogger(__name__)


class Loop(Entrypoint):
    """Runs a method again and again, one run at a time, with a pause between runs."""

    def __init__(self, interval_s: float, **kwargs: Any) -> None:
        self.interval_s = interval_s
        self._stopping = Event()
        self._thread: Any = None
        super().__init__(**kwargs)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"loop {self.method_name}")

    def stop(self) -> None:
        if not self._stopping.ready():
            self._stopping.send()
        self._thread.wait()

    def _run(self) -> None:
        while not self._stopping.ready():
            if not self._turn():
                with eventlet.Timeout(self.interval_s, False):
                    self._stopping.wait()

    def _turn(self) -> bool:
        """Run once in a worker; returns whether there was work."""
        finished = Event()

        def handle_result(worker_ctx: Any, result: Any, exc_info: Any) -> Any:
            if exc_info is not None:
                reason = type(exc_info[1]).__name__
                logger.warning("loop_failed", extra={"method": self.method_name, "reason": reason})
            finished.send(bool(result) and exc_info is None)
            return result, None

        self.container.spawn_worker(self, (), {}, context_data={}, handle_result=handle_result)
        return bool(finished.wait())


def every(interval_s: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a method of the service every `interval_s` seconds, at once again while it returns True."""
    decorate: Callable[[Callable[..., Any]], Callable[..., Any]] = Loop.decorator(interval_s)
    return decorate
