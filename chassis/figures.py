"""How a service stands, in figures: asked when somebody looks, for `/metrics` and for operators.

A figure is a name and a number, with labels of few values; nothing in it is about a person.
"""

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from chassis import queues
from chassis.context import Context
from chassis.ids import first_id_at


class Figure(NamedTuple):
    """A number, what it says, and what tells it from others of its name."""

    name: str
    says: str
    value: float
    labels: dict[str, str]


def age_s(since: datetime | None, now: datetime) -> float:
    """Return how many seconds ago it was, and 0 for never."""
    return max((now - since).total_seconds(), 0.0) if since else 0.0


def first_id_within(time: timedelta) -> str:
    """Return what sorts before every id made within `time`: ids know real time only, a moved clock or not."""
    return first_id_at(datetime.now(UTC) - time)


def in_all(figures: Iterable[Figure]) -> dict[str, float]:
    """Return one number a name: counts are added up, of ages it is the greatest."""
    found: dict[str, float] = {}
    for name, _, value, _ in figures:
        before = found.get(name, 0)
        found[name] = max(before, value) if name.endswith("_s") else before + value
    return found


def of_service(context: Context, tx: Connection) -> Iterator[Figure]:
    """Yield what every service tells: outbox, access log, jobs. All of it by indexes."""
    service, now = {"service": context.settings.service}, datetime.now(UTC)
    outbox, log, job = (context.table(name) for name in ("outbox", "access_log", "job"))
    count, oldest = _waiting(tx, outbox.c.recorded_at, outbox.c.published_at.is_(None))
    yield Figure("outbox_unpublished", "Facts saved and not yet published", count, service)
    yield Figure("outbox_oldest_s", "Age of the oldest fact not yet published", age_s(oldest, now), service)
    count, oldest = _waiting(tx, log.c.at, log.c.sealed_as.is_(None))
    yield Figure("access_log_unsealed", "Rows of the access log not yet in its chain", count, service)
    yield Figure("access_log_oldest_s", "Age of the oldest row not in the chain", age_s(oldest, now), service)
    count, oldest = _waiting(tx, job.c.due_at, (job.c.state == "due") & (job.c.due_at <= now))
    yield Figure("jobs_waiting", "Jobs that are due and that no worker does", count, service)
    yield Figure("job_oldest_s", "How long the oldest job has been due", age_s(oldest, now), service)


def of_queues(depths: dict[str, dict[str, Any]]) -> Iterator[Figure]:
    """Yield the messages and consumers of each queue, as `chassis.queues.depths` tells them."""
    for queue, depth in depths.items():
        for state in ("ready", "waiting", "dead"):
            labels = {"queue": queue, "state": state}
            yield Figure(
                "queue_messages", "Messages: ready, waiting to be retried, dead", depth[state], labels
            )
        yield Figure("queue_consumers", "Who takes from the queue", depth["consumers"], {"queue": queue})


def of_disk(folder: Path) -> Iterator[Figure]:
    """Yield the space on the disk where this process has its keys: in a container, that of the engine."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    yield Figure("disk_free_bytes", "Free space of the instance's disk", shutil.disk_usage(there).free, {})


def of_context(context: Context) -> Iterator[Figure]:
    """Yield all figures of one service. Raises what database and broker raise."""
    assert context.db is not None
    with context.db.begin() as tx:
        found = [*of_service(context, tx), *context.own_figures(tx, context.clock.now())]
    yield from found
    settings = context.settings
    yield from of_queues(queues.depths(settings.amqp_url, settings.service, settings.retry_delays_s))


def _waiting(tx: Connection, since: Any, condition: Any) -> tuple[int, datetime | None]:
    count, oldest = tx.execute(select(func.count(), func.min(since)).where(condition)).one()
    return count, oldest
