"""The broker: within reach, new enough, with every queue, and what lies where nobody fetches it."""

from collections.abc import Iterator
from pathlib import Path

from amqp.exceptions import AccessRefused, NotAllowed
from kombu import Connection

from chassis import broker_version, queues, topology
from chassis.config import Settings
from chassis.embedded import SCHEME, is_embedded
from tsunagi.doctor.finding import Finding, doubtful, well, wrong
from tsunagi.doctor.place import Place

_CONNECT_S = 3
_NAMED_AT_MOST = 3
_LOGINS = "Check the address; `docker compose restart rabbitmq` makes the broker read its logins again."
_START = "Start RabbitMQ (`make run PROFILE=node`, `docker compose up rabbitmq`), or correct the address."


def broker(place: Place) -> Iterator[Finding]:
    """Look at the broker and at every queue of the instance, without taking a message."""
    url, settings = place.amqp_url(), place.settings()
    if not url or settings is None:
        return
    if is_embedded(url) and not (Path(url.removeprefix(f"{SCHEME}://")) / "bus.db").exists():
        yield wrong("broker", "the bus has no file yet", "Start the instance once, or run `tsunagi migrate`.")
        return
    try:
        yield from _look(url, settings)
    except AccessRefused:
        yield wrong("broker", "it refuses the login", _LOGINS)
    except NotAllowed:
        yield wrong("broker", "it has no such virtual host, or not for this login", _LOGINS)
    except OSError:
        yield wrong("broker", "it cannot be reached", _START)


def _look(url: str, settings: Settings) -> Iterator[Finding]:
    with Connection(url, connect_timeout=_CONNECT_S) as connection:
        told = broker_version.introduction(connection)
        found = queues.lengths(connection, settings.retry_delays_s)
    yield from _version(told)
    yield from missing(found)
    yield from parked(found)


def _version(told: dict[str, object]) -> Iterator[Finding]:
    fault = broker_version.fault(told)
    if fault:
        do = "Install a newer RabbitMQ, then run `tsunagi migrate`."
        yield wrong("broker", f"it is too old ({fault})", do)
    else:
        version = told.get("version")
        yield well("broker", f"RabbitMQ {version} answers" if version else "it answers")


def missing(found: dict[str, int | None]) -> Iterator[Finding]:
    """Look for queues that are not there; `found` maps each queue to its messages, or to None."""
    lost = [name for name, count in found.items() if count is None]
    if lost:
        do = "Run `tsunagi migrate`; in containers `docker compose up migrate`."
        yield wrong("queues", f"{len(lost)} of {len(found)} are missing: {_some(lost)}", do)
    else:
        yield well("queues", f"all {len(found)} are there")


def parked(found: dict[str, int | None]) -> Iterator[Finding]:
    """Look for messages that failed for good, and for those that may have ended their process."""
    hearings = topology.hearings()
    dead = _holding(found, [topology.dead_queue_name(each.queue) for each in hearings])
    suspects = _holding(found, [topology.suspects_queue_name(each.queue) for each in hearings])
    if dead:
        do = "Read `tsunagi dead-letters list`, mend the cause, then `tsunagi dead-letters replay`."
        yield doubtful("dead letters", f"{sum(dead.values())} lie in {_some(list(dead))}", do)
    else:
        yield well("dead letters", "there are none")
    if suspects:
        do = "See the service's log: they are tried one by one, and parked when they end their process."
        yield doubtful("suspects", f"{sum(suspects.values())} wait in {_some(list(suspects))}", do)
    else:
        yield well("suspects", "there are none")


def _holding(found: dict[str, int | None], names: list[str]) -> dict[str, int]:
    return {name: count for name in names if (count := found.get(name))}


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
