"""Deliveries that are due at once, sent and recorded by several workers over a channel that does nothing."""

import subprocess
import sys
import time
from typing import Any

import psycopg

from tsunagi.bench.counting import Reader
from tsunagi.instance import Instance
from tsunagi.servers.process import Failed

DELIVERIES = 8_000
WORKERS = 4
# A channel of its own name: no loop of the running service takes what is due by it.
CHANNEL = "bench"
_PATIENCE_S = 120

# Each for another person, so that none goes with another's in one letter. An alert has two of them.
_MADE = """
INSERT INTO delivery (delivery_id, alert_id, account_id, rung, channel, state, queued_at, next_try_at)
SELECT gen_random_uuid(), alert_id, gen_random_uuid(), 1, %(channel)s, 'queued', now(), now()
FROM (SELECT alert_id FROM alert WHERE code = 'BENCH' LIMIT %(count)s / 2) AS alerts, generate_series(1, 2)
"""
_RECORDED = (
    "SELECT count(*), count(DISTINCT delivery_id) FROM delivery_log JOIN delivery USING (delivery_id) "
    "WHERE channel = 'bench' AND outcome = 'sent'"
)


def figures(instance: Instance, reader: Reader) -> dict[str, float]:
    """Return how many deliveries a second go out. Raises Failed when one did not, or twice."""
    workers = [_start(instance) for _ in range(WORKERS)]
    try:
        url = instance.database_url("notify").replace("+psycopg", "")
        with psycopg.ClientCursor(psycopg.connect(url, autocommit=True)) as db:
            db.execute(_MADE, {"channel": CHANNEL, "count": DELIVERIES})
            db.execute("VACUUM ANALYZE delivery")
        took_s = _work(workers)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    total, different = (int(str(number)) for number in reader.rows("notify", _RECORDED)[0])
    if (total, different) != (DELIVERIES, DELIVERIES):
        raise Failed(
            f"Of {DELIVERIES} deliveries {different} were recorded, {total - different} of them again."
        )
    return {"due_deliveries_per_s": DELIVERIES / took_s}


def _start(instance: Instance) -> "subprocess.Popen[str]":
    """Start a worker; it waits for a line to begin."""
    command = [sys.executable, "-W", "ignore", "-m", "tsunagi.bench.letter_worker"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    _say(worker, instance.database_url("notify"))
    assert worker.stdout
    worker.stdout.readline()
    return worker


def _work(workers: "list[subprocess.Popen[str]]") -> float:
    """Let them begin, and return the seconds until the last has found nothing more."""
    start = time.perf_counter()
    for worker in workers:
        _say(worker, CHANNEL)
    for worker in workers:
        worker.wait(_PATIENCE_S)
    return time.perf_counter() - start


def _say(worker: "subprocess.Popen[Any]", line: str) -> None:
    assert worker.stdin
    worker.stdin.write(f"{line}\n")
    worker.stdin.flush()
