"""The looks: at broker and queues, databases and outboxes, ladders, channels, processes and their loops.

Each is a function of a `Place` that returns troubles; none needs another part of the instance to work.
"""

import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from kombu import Connection
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection as Transaction
from sqlalchemy import case, func, select, text

from chassis import queues, topology
from chassis.clock import Clock
from chassis.config import Settings
from chassis.db import Database
from chassis.figures import first_id_within
from chassis.tables import service_metadata
from services.notify.channels.email import MAILBOX_BUSY
from services.notify.models import alert, delivery, delivery_log
from services.notify.queries.deliveries import QUEUED
from services.notify.queries.wishes import WAITS
from tsunagi.doctor.place import Place
from tsunagi.parts import SERVICES
from tsunagi.watch import trouble
from tsunagi.watch.trouble import Trouble

WAIT_S = 10
_SOCKET = {"read_timeout": WAIT_S, "write_timeout": WAIT_S}
OUTBOX_S = 120.0
QUEUE_MOST = 1_000
LADDER_LATE = timedelta(minutes=5)
CHANNEL_SILENT = timedelta(minutes=10)

Look = Callable[[], Iterator[Trouble]]

_OUTBOX = service_metadata().tables["outbox"].c
_LOG = delivery_log.c


def looks_of(place: Place, settings: Settings) -> dict[str, Look]:
    """Return the looks by name: at what the settings name, and what lies in the instance's folder."""
    known = [name for name in SERVICES if place.database_url(name)]
    found: dict[str, Look] = {"broker": partial(_broker, place)} if place.amqp_url() else {}
    found |= {f"database:{name}": partial(_database, place, name) for name in known}
    for name, url in processes_of(place, settings).items():
        found[f"process:{name}"] = partial(_process, name, url, settings.watch_held_s)
    return found


def processes_of(place: Place, settings: Settings) -> dict[str, str]:
    """Return where the processes answer on their health ports."""
    named = dict(part.split("=", 1) for part in settings.watch_processes)
    if named or place.instance is None:
        return named
    ports = place.instance.ports
    return {name: f"http://127.0.0.1:{ports[f'health_{name}']}" for name in place.instance.processes}


def _broker(place: Place) -> Iterator[Trouble]:
    url, settings = place.amqp_url(), place.settings()
    if not url or settings is None:
        return
    try:
        with Connection(url, connect_timeout=WAIT_S, transport_options=_SOCKET) as connection:
            found = queues.lengths(connection, settings.retry_delays_s)
    except Exception as error:
        yield trouble.broker_away(type(error).__name__)
        return
    yield from _queues(found)


def _queues(found: dict[str, int | None]) -> Iterator[Trouble]:
    if missing := sum(count is None for count in found.values()):
        yield trouble.queue_missing(missing)
    dead = {topology.dead_queue_name(hearing.queue) for hearing in topology.hearings()}
    if parked := sum(found.get(name) or 0 for name in dead):
        yield trouble.dead_letters(parked)
    for name, count in found.items():
        if name not in dead and (count or 0) > QUEUE_MOST:
            yield trouble.queue_full(name, count or 0)


def _database(place: Place, service: str) -> Iterator[Trouble]:
    db = Database(place.database_url(service), pool_size=1)
    try:
        with db.begin() as tx:
            if tx.dialect.name == "postgresql":
                tx.execute(text(f"SET LOCAL statement_timeout = '{WAIT_S}s'"))
            found = list(_outbox(tx, service))
            if service == "notify":
                settings = place.settings()
                now = Clock(settings.clock_file if settings else None).now()
                found += [*_ladders(tx, now), *_channels(tx, now)]
    except Exception as error:
        found = [trouble.database_away(service, type(error).__name__)]
    finally:
        db.close()
    yield from found


def _outbox(tx: Transaction, service: str) -> Iterator[Trouble]:
    waiting = select(func.count(), func.min(_OUTBOX.recorded_at)).where(_OUTBOX.published_at.is_(None))
    count, oldest = tx.execute(waiting).one()
    age_s = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
    if age_s > OUTBOX_S:
        yield trouble.outbox_old(service, count, age_s)


def _ladders(tx: Transaction, now: datetime) -> Iterator[Trouble]:
    row = alert.c
    late = row.ended_as.is_(None) & (row.next_at < now - LADDER_LATE)
    count, oldest = tx.execute(select(func.count(), func.min(row.next_at)).where(late)).one()
    if oldest:
        yield trouble.ladders_late(count, (now - oldest).total_seconds())


def _channels(tx: Transaction, now: datetime) -> Iterator[Trouble]:
    """Find channels whose oldest letter waits for long and by which nothing has gone out since.

    A full mailbox is its owner's, and what waits for its reader's wishes is held up by nobody before then.
    """
    row, reason = delivery.c, func.coalesce(delivery.c.reason, "")
    is_held_up = (reason != MAILBOX_BUSY) & ((reason != WAITS) | (row.next_try_at <= now))
    first_try = select(func.min(_LOG.at)).where(_LOG.delivery_id == row.delivery_id).scalar_subquery()
    since = case((reason == WAITS, row.next_try_at), else_=func.coalesce(first_try, row.queued_at))
    waiting = select(row.channel, since.label("since")).where(row.state == QUEUED, is_held_up).subquery()
    waits = select(waiting.c.channel, func.count(), func.min(waiting.c.since)).group_by(waiting.c.channel)
    for channel, count, oldest in tx.execute(waits):
        if (age := now - oldest) > CHANNEL_SILENT and not _has_sent(tx, channel, oldest, age):
            yield trouble.channel_silent(channel, count, age.total_seconds())


def _has_sent(tx: Transaction, channel: str, since: datetime, age: timedelta) -> bool:
    """Return whether a letter went out since; found by the log, whose newest rows are told by their ids."""
    sent = (
        select(_LOG.log_id)
        .select_from(delivery_log.join(delivery))
        .where(
            _LOG.log_id >= first_id_within(age), delivery.c.sent_at >= since, delivery.c.channel == channel
        )
    )
    return tx.execute(sent.limit(1)).first() is not None


def _process(name: str, url: str, held_s: int) -> Iterator[Trouble]:
    try:
        with urllib.request.urlopen(f"{url}/metrics", timeout=WAIT_S) as answer:  # noqa: S310
            told = answer.read().decode()
    except Exception as error:
        yield trouble.process_away(name, type(error).__name__)
        return
    for family in text_string_to_metric_families(told):
        for sample in family.samples if family.name == "loop_due_at" else ():
            if (age_s := time.time() - sample.value) > held_s:
                yield trouble.loop_held(sample.labels["service"], sample.labels["loop"], age_s)
