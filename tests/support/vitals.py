"""What running processes hold: memory, open files, connections to the servers."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.stack import Stack

_KB = 1024


@dataclass(frozen=True)
class Vitals:
    """By process: resident memory and open files. By server: connections of this instance."""

    rss_mb: Mapping[str, float]
    files: Mapping[str, int]
    connections: Mapping[str, int]


def look_at(stack: Stack) -> Vitals:
    """Return how things stand now."""
    pids = {name: stack.pid(name) for name in stack.supervisor.parts}
    return Vitals(
        rss_mb={name: _rss_mb(pid) for name, pid in pids.items()},
        files={name: len(os.listdir(f"/proc/{pid}/fd")) for name, pid in pids.items()},
        connections={"postgres": _to_database(stack), "rabbitmq": _to_broker(stack)},
    )


def _rss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / _KB


def _to_database(stack: Stack) -> int:
    # The names of an instance's databases begin with its prefix.
    like = stack.instance.database("sharing").removesuffix("sharing") + "%"
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE :like"
    return int(stack.database("sharing").scalar(count, like=like))


def _to_broker(stack: Stack) -> int:
    return int(stack.home.machine.console.ask("length(rabbit_networking:connections())"))
