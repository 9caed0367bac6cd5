"""What an instance takes of the machine's memory."""

import os
from pathlib import Path

OWN = os.getpid()


def share_mb(pids: list[int]) -> float:
    """Return the memory of these processes, shared pages counted once, in MB."""
    return sum(_pss_kb(pid) for pid in set(pids)) / 1024


def family(pids: list[int]) -> list[int]:
    """Return these processes and all below them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(entry), []).append(int(entry.name))
    found, waiting = set(), list(pids)
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children.get(pid, [])
    return sorted(found)


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


def _pss_kb(pid: int) -> int:
    """Return the proportional share; of another account's process, what /proc tells everybody."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        return _rss_kb(pid)
    return 0


def _rss_kb(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGESIZE") // 1024
