"""Which process the machine's cores worked for."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pids: dict[str, list[int]]) -> dict[str, float]:
    """Return the CPU seconds that each named group of processes has used so far."""
    return {name: sum(_seconds(pid) for pid in group) for name, group in pids.items()}


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    # utime, stime and those of children that have ended: PostgreSQL works in one child per connection.
    return sum(int(field) for field in fields[11:15]) / _TICKS


def between(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return the CPU seconds that each group used between two readings."""
    return {name: after[name] - before[name] for name in before}
