"""`/live`, `/ready` and `/metrics` of one process, on a port of its own."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from kombu import Connection
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select

from chassis import broker_version, queues
from chassis.config import Settings
from chassis.db import Database

_REMEMBER_S = 1.0

Look = Callable[[], Iterable[str]]


class Health:
    """A WSGI application. `look` yields what keeps the process from working, `died` what in it is dead.

    `is_started` turns true when the process has started.
    """

    def __init__(self, look: Look, died: Look = tuple) -> None:
        self._look = look
        self._died = died
        self.is_started = False
        self._looked_at = 0.0
        self._found: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/live":
            return _answer(start_response, "live", list(self._died()))
        if path == "/ready":
            return _answer(start_response, "ready", self.faults())
        start_response("404 Not Found", [("Content-Type", "application/json")])
        return [json.dumps({"paths": ["/live", "/ready", "/metrics"]}).encode()]

    def faults(self) -> list[str]:
        """Return what keeps this process from working, as codes.

        `look` is asked at most once a second; that the process has started is told at once.
        """
        if time.monotonic() - self._looked_at > _REMEMBER_S:
            self._found = list(self._look())
            self._looked_at = time.monotonic()
        return [*([] if self.is_started else ["starting"]), *self._died(), *self._found]


def database_faults(db: Database | None, name: str = "") -> Iterable[str]:
    """Yield `database:…` when the database cannot be asked; `name` tells one of several apart."""
    if db is None:
        return
    try:
        with db.begin() as tx:
            tx.execute(select(1))
    except Exception as error:
        yield f"database:{name and name + ':'}{type(error).__name__}"


def broker_faults(settings: Settings, *, hears: bool) -> Iterable[str]:
    """Yield `broker:…` when the broker does not answer, `broker_too_old:…` when it is, and
    `queue_missing:…` for what a hearer lacks.
    """
    try:
        with Connection(settings.amqp_url, connect_timeout=5) as connection:
            too_old = broker_version.fault(broker_version.introduction(connection))
            found = queues.depths_on(connection, settings.service, settings.retry_delays_s) if hears else {}
    except Exception as error:
        yield f"broker:{type(error).__name__}"
        return
    if too_old:
        yield f"broker_too_old:{too_old}"
    for name, depth in found.items():
        if depth["missing"]:
            yield f"queue_missing:{name}"


def _answer(start_response: Callable[..., Any], what: str, faults: list[str]) -> Iterable[bytes]:
    status = "503 Service Unavailable" if faults else "200 OK"
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps({what: not faults, "faults": faults}).encode()]
