"""Runs one service in one process until a signal stops it."""

import gc
import logging
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import eventlet
from eventlet.event import Event
from eventlet.semaphore import Semaphore
from nameko.containers import ServiceContainer
from nameko.messaging import QueueConsumer

from chassis import http, logs, marks, metrics, schema, tracing
from chassis.config import BadSettings, Settings, load
from chassis.context import Context, build
from chassis.embedded import reach
from chassis.figures import of_context
from chassis.health import Health, broker_faults, database_faults
from chassis.liveness import Liveness
from chassis.schema import RefusesToStart
from chassis.topology import GATEWAY, SERVICES

logger = logging.getLogger(__name__)

HEARTBEAT_S = 60
# Less than the patience of those who stop us (compose: 30 s), so that the log says why.
STOP_WITHIN_S = 25


def serve(name: str) -> None:
    """Run service `name` (or the gateway) until SIGTERM or SIGINT. Call `green.patch()` before.

    New messages are no longer taken. What still runs a second later goes on, and the broker delivers it
    again to another process; keys and inboxes make its effect come once.
    """
    if name not in (*SERVICES, GATEWAY):
        raise BadSettings(f"there is no service {name!r}: use one of {', '.join((*SERVICES, GATEWAY))}")
    logs.set_up(name, load(name).log_level)
    run(name, [prepare(name)])


@dataclass(frozen=True)
class Part:
    """A service (or the gateway) that is to run in this process."""

    context: Context
    container: ServiceContainer


def prepare(name: str) -> Part:
    """Return a service that is ready to start. Raises RefusesToStart."""
    settings = load(name)
    service_class, metadata = find(name)
    context = build(settings, metadata)
    check_database(context)
    if metadata is not None:
        context.own_figures = service_class.figures
    return Part(context, ServiceContainer(service_class, _nameko_config(settings, context)))


def run(name: str, parts: list[Part]) -> None:
    """Run these services as process `name` until a signal; the last to start stops first."""
    settings = load(name)
    liveness = Liveness(name, settings.stuck_after_s)
    liveness.start()
    health = Health(lambda: _faults(parts), died=lambda: liveness.faults)
    tracing.set_up(settings)
    _tell(settings, parts, health)
    threads: dict[Any, str] = {}
    if settings.health_port:
        door = eventlet.spawn(http.serve, settings.health_host, settings.health_port, health, 100)
        threads[door] = "health"
    _stop_on_signals([part.container for part in reversed(parts)], liveness)
    # What has been made by now stays as long as the process; looking through it again would stop everybody.
    gc.freeze()
    for part in parts:
        part.container.start()
    for part in parts:
        threads |= lasting(part.container)
    liveness.look_after(threads)
    health.is_started = True
    logger.info("service_started", extra={"pid": os.getpid()})
    for part in parts:
        part.container.wait()
    logger.info("service_stopped")


def find(name: str) -> tuple[Any, Any]:
    """Return the service class and its metadata; the gateway has no tables."""
    if name == GATEWAY:
        return import_module("gateway.service").GatewayService, None
    module = import_module(f"services.{name}.service")
    service_class = getattr(module, f"{name.capitalize()}Service")
    return service_class, import_module(f"services.{name}.models").metadata


def _nameko_config(settings: Settings, context: Context) -> dict[str, Any]:
    context.forward_lock = Semaphore()
    return {
        "AMQP_URI": settings.amqp_url,
        "HEARTBEAT": HEARTBEAT_S,
        "max_workers": settings.max_workers,
        "ACCEPT": ["json"],
        "context": context,
    }


def lasting(container: ServiceContainer) -> dict[Any, str]:
    """Return what the extensions have started for good: relay, hints, loops, HTTP, consumers."""
    consumers = {
        each._gt: type(each).__name__ for each in container.extensions if isinstance(each, QueueConsumer)
    }
    # A thread of one message, which may be waiting when the process starts, ends with it.
    started = {
        thread: name for thread, name in container._managed_threads.items() if ".handle_message[" not in name
    }
    return {**started, **consumers}


def _tell(settings: Settings, parts: list[Part], health: Health) -> None:
    """Let `/metrics` and the operator's questions tell how each part stands."""
    for part in parts:
        part.context.faults = health.faults
    looks = [partial(of_context, part.context) for part in parts if part.context.db is not None]
    metrics.export(settings, health.faults, looks)


def _faults(parts: list[Part]) -> Iterator[str]:
    for context in (part.context for part in parts):
        yield from database_faults(context.db, context.settings.service if len(parts) > 1 else "")
        yield from schema.faults(context.db, context.settings.service)
        yield from broker_faults(context.settings, hears=context.db is not None)


def _stop_on_signals(containers: list[ServiceContainer], liveness: Liveness) -> None:
    asked = Event()

    def stop() -> None:
        asked.wait()
        liveness.look_after({})
        reach.prepare_to_end()
        first, *others = containers
        first.stop()
        for stopping in [eventlet.spawn(container.stop) for container in others]:
            stopping.wait()

    def on_signal(number: int, frame: Any) -> None:
        logger.info("service_stopping", extra={"signal": number})
        if not asked.ready():
            eventlet.spawn_after(0, asked.send)
            eventlet.spawn_after(STOP_WITHIN_S, _leave_at_once)

    eventlet.spawn(stop)
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


def _leave_at_once() -> None:
    """End the process although it has not stopped: without a broker Nameko waits for one for ever.

    Nothing is lost by it: what was not acknowledged is delivered again, what was saved is swept.
    """
    logger.warning("stop_took_too_long", extra={"seconds": STOP_WITHIN_S})
    os._exit(0)


def check_database(context: Context) -> None:
    """Refuse to run on a database of another shape, and a real instance on a demonstration's data."""
    if context.db is None:
        return
    with context.db.begin() as tx:
        schema.check(tx, context.settings.service)
        assert context.metadata is not None
        holds_demo = marks.is_demo(tx, context.metadata)
    if holds_demo and context.settings.instance == "real":
        raise RefusesToStart(
            "this database holds demonstration data; a real instance needs an empty database of its own"
        )
