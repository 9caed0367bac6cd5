"""How fast a service takes in facts that wait for it in a queue of a batch handler."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chassis import topology
from chassis.ids import new_id
from chassis.publish import BatchPublisher, Outgoing
from contracts.fact import NewFact, seal
from tsunagi.bench.counting import Reader
from tsunagi.instance import Instance
from tsunagi.servers.process import ask_to_end, wait_for_end
from tsunagi.supervisor import Part

BATCH = 100


@dataclass(frozen=True)
class Waiting:
    """So many facts for one service; `make` returns the fact of a number."""

    service: str
    kind: Any
    make: Callable[[int], NewFact]
    count: int

    @property
    def handler(self) -> str:
        """Return the name under which the service's inbox knows who hears them."""
        return topology.handler_name(self.kind)


def taken_per_s(instance: Instance, part: Part, reader: Reader, waiting: Waiting) -> float:
    """Fill the queue while the service is stopped, start it, and time how fast it takes the facts in."""
    ask_to_end(part.process)
    wait_for_end(part.process)
    _fill(instance, waiting)
    since = datetime.now(UTC)
    part.launch()
    return _rate(_batches(reader, waiting, since))


def _batches(reader: Reader, waiting: Waiting, since: datetime) -> list[tuple[datetime, int]]:
    """Return when each batch was begun and how many facts it had, once all have been taken in."""
    asked = (
        "SELECT heard_at, count(*) FROM inbox "  # noqa: S608 (a constant and a moment)
        f"WHERE handler = '{waiting.handler}' AND heard_at > '{since.isoformat()}' "
        "GROUP BY heard_at ORDER BY heard_at"
    )
    until = time.monotonic() + 120
    while time.monotonic() < until:
        # Seldom, since looking costs the database what is measured.
        time.sleep(0.5)
        batches: Any = reader.rows(waiting.service, asked)
        if sum(count for _, count in batches) >= waiting.count:
            return [(at, int(count)) for at, count in batches]
    raise TimeoutError(f"{waiting.service} did not take the facts in")


def _rate(batches: list[tuple[datetime, int]]) -> float:
    """Return facts per second from the beginning of the first batch to that of the last."""
    took = batches[-1][0] - batches[0][0]
    return sum(count for _, count in batches[:-1]) / took.total_seconds()


def _fill(instance: Instance, waiting: Waiting) -> None:
    """Publish to this one queue: what other hearers do with the facts is not measured here."""
    publisher = BatchPublisher(instance.amqp_url("admin"))
    exchange = topology.retry_exchange(waiting.service).name
    queue = topology.queue_name(waiting.service, waiting.kind)
    for begin in range(0, waiting.count, BATCH):
        now = datetime.now(UTC)
        facts = [waiting.make(begin + number) for number in range(BATCH)]
        envelopes = [seal(fact, id=new_id(), time=now) for fact in facts]
        publisher.publish([Outgoing(each["id"], exchange, queue, json.dumps(each)) for each in envelopes])
    publisher.close()
