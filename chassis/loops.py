"""Timer loops of a service: each catches, logs and goes on, since an escaped error ends the process.

A loop that finds nothing to do costs little: where the database can tell that nothing has changed
(`Database.version`), the method is not even called until its time has come.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint
from prometheus_client import Gauge

logger = logging.getLogger(__name__)

# Where nothing tells of changes, what may have come since is looked for that often at least.
_LOOK_AGAIN_S = 1.0
# Where something tells of changes, it is asked that often at most.
AT_REST_S = 1.0
# So many failures in a row are no accident.
_FAILS = 2

DUE_AT = Gauge("loop_due_at", "When a loop is to run, or to look whether to, again", ["service", "loop"])

Found = bool | datetime | None


class Loop(Entrypoint):
    """Runs a method again and again, one run at a time, with a pause between runs."""

    def __init__(self, interval_s: float, **kwargs: Any) -> None:
        self.interval_s = interval_s
        self._stopping = Event()
        self._thread: Any = None
        self._failures = 0
        super().__init__(**kwargs)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"loop {self.method_name}")

    def stop(self) -> None:
        if not self._stopping.ready():
            self._stopping.send()
        self._thread.wait()

    def _run(self) -> None:
        self._tell_due()
        while not self._stopping.ready():
            # Looked at before the run: what others change meanwhile may have come too late for it.
            seen = self._version()
            found = self._turn()
            if found is not True:
                self._rest(found, seen)

    def _rest(self, found: Found, seen: int | None) -> None:
        """Return after the interval; when there is nothing to do before a change or a moment, only then."""
        again_at = time.monotonic() + _LOOK_AGAIN_S
        # A file is asked whether it has changed by a process that is to use little while nobody works.
        is_asked = seen is not None and found is not None
        pause_s = max(self.interval_s, AT_REST_S) if is_asked else self.interval_s
        while not self._stopping.ready():
            if self._failures < _FAILS:
                self._tell_due(pause_s)
            with eventlet.Timeout(pause_s, False):
                self._stopping.wait()
            if found is None or self._is_due(found):
                return
            if self._may_have_changed(seen, again_at):
                return

    def _tell_due(self, in_s: float = 0.0) -> None:
        """Say when this loop turns again unless something holds it; by the real clock, for who watches it.

        While turn after turn fails nothing is said: that counts as held.
        """
        DUE_AT.labels(service=self.container.service_name, loop=self.method_name).set(time.time() + in_s)

    def _may_have_changed(self, seen: int | None, again_at: float) -> bool:
        """Tell by the database's version, or where it has none by the time."""
        return time.monotonic() >= again_at if seen is None else self._version() != seen

    def _is_due(self, found: Found) -> bool:
        return isinstance(found, datetime) and self.container.config["context"].clock.now() >= found

    def _version(self) -> int | None:
        db = self.container.config["context"].db
        try:
            return db.version() if db is not None else None
        except Exception as error:
            # The run, too, meets what is wrong, and says so.
            logger.info("version_unknown", extra={"reason": type(error).__name__})
            return None

    def _turn(self) -> Found:
        """Run once in a worker; returns what it found."""
        finished = Event()

        def handle_result(worker_ctx: Any, result: Any, exc_info: Any) -> Any:
            if exc_info is not None:
                reason = type(exc_info[1]).__name__
                logger.warning("loop_failed", extra={"method": self.method_name, "reason": reason})
            self._failures = self._failures + 1 if exc_info is not None else 0
            finished.send(result if exc_info is None else None)
            return result, None

        self.container.spawn_worker(self, (), {}, context_data={}, handle_result=handle_result)
        found: Found = finished.wait()
        if self._failures < _FAILS:
            self._tell_due()
        return found


def every(interval_s: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a method of the service every `interval_s` seconds, as long as it runs no longer than needed.

    What it returns says when: True at once; False not before the database is changed; a moment of the
    service's clock not before that, or a change; None after the interval, in any case. Where a database
    does not tell of changes they are supposed every second.
    """
    decorate: Callable[[Callable[..., Any]], Callable[..., Any]] = Loop.decorator(interval_s)
    return decorate
