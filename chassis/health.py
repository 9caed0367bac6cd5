"""`/live`, `/ready` and `/metrics` of one process, on a port of its own."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from kombu import Connection
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select

from chassis import queues
from chassis.context import Context

_REMEMBER_S = 1.0


class Health:
    """A WSGI application. `is_started` turns true when the container has started."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.is_started = False
        self._looked_at = 0.0
        self._faults: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/live":
            return _answer(start_response, "200 OK", {"live": True})
        if path == "/ready":
            faults = self.faults()
            status = "503 Service Unavailable" if faults else "200 OK"
            return _answer(start_response, status, {"ready": not faults, "faults": faults})
        return _answer(start_response, "404 Not Found", {"paths": ["/live", "/ready", "/metrics"]})

    def faults(self) -> list[str]:
        """Return what keeps this process from working, as codes; asked at most once a second."""
        if time.monotonic() - self._looked_at > _REMEMBER_S:
            self._faults = list(self._look())
            self._looked_at = time.monotonic()
        return self._faults

    def _look(self) -> Iterable[str]:
        if not self.is_started:
            yield "starting"
        yield from _database_faults(self._context)
        yield from _broker_faults(self._context)


def _database_faults(context: Context) -> Iterable[str]:
    if context.db is None:
        return
    try:
        with context.db.begin() as tx:
            tx.execute(select(1))
    except Exception as error:
        yield f"database:{type(error).__name__}"


def _broker_faults(context: Context) -> Iterable[str]:
    settings = context.settings
    try:
        if context.db is None:
            with Connection(settings.amqp_url, connect_timeout=3) as connection:
                connection.connect()
            return
        found = queues.depths(settings.amqp_url, settings.service, settings.retry_delays_s)
    except Exception as error:
        yield f"broker:{type(error).__name__}"
        return
    for name, depth in found.items():
        if depth["missing"]:
            yield f"queue_missing:{name}"


def _answer(start_response: Callable[..., Any], status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]
