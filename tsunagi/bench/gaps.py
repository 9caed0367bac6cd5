"""How long the hubs of the processes stood still, from the histogram that each exports."""

import re
import urllib.request

from tsunagi.instance import Instance

_BUCKET = re.compile(r'^hub_gap_ms_bucket\{le="([^"]+)"\} (\S+)', re.MULTILINE)
Buckets = dict[float, float]


def read(instance: Instance, names: list[str]) -> dict[str, Buckets]:
    """Return each process's counts so far: upper limit in ms → how many gaps were not longer."""
    return {name: _read(instance.ports[f"health_{name}"]) for name in names}


def _read(port: int) -> Buckets:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {float(limit): float(count) for limit, count in _BUCKET.findall(text)}


def worst_p99_ms(before: dict[str, Buckets], after: dict[str, Buckets]) -> tuple[str, float]:
    """Return the process whose 99th percentile between two readings is longest, and that gap in ms."""
    found = {name: _p99(before[name], after[name]) for name in before}
    return max(found.items(), key=lambda item: item[1])


def _p99(before: Buckets, after: Buckets) -> float:
    """Interpolate within the bucket that holds the 99th percentile."""
    counts = {limit: after[limit] - before.get(limit, 0) for limit in sorted(after)}
    wanted = 0.99 * counts[float("inf")]
    below, from_ms = 0.0, 0.0
    for limit, count in counts.items():
        if count >= wanted:
            return (
                from_ms
                if limit == float("inf")
                else from_ms + (limit - from_ms) * (wanted - below) / (count - below)
            )
        below, from_ms = count, limit
    return from_ms
