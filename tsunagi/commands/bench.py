"""`tsunagi bench`."""

import json
import sys
from pathlib import Path

import click

from tsunagi.parts import EMBEDDED, NODE

# name, worst allowed, is more better; DESIGN 9 of the project says why these.
GATES = (
    ("handoffs_per_rpc", 0.20, True),
    ("handoff_p50_per_echo", 8, False),
    ("handoff_p99_per_echo", 15, False),
    ("facts_batch_ratio", 0.4, True),
    ("hub_gap_ms_p99", 50, False),
    ("inbox_50k_p95_ms", 100, False),
    ("sse_connections", 10_000, True),
    ("sse_kb_per_connection", 40, False),
    ("sse_one_alert_p99_ms", 50, False),
    ("alerts_batch_ratio", 0.3, True),
    ("due_deliveries_per_s", 1_000, True),
    ("ladder_late_p99_s", 1, False),
    ("lost", 0, False),
    ("doubled", 0, False),
    ("rss_mb_embedded", 250, False),
    ("start_s_embedded", 5, False),
    ("written_to_screen_ms_embedded", 100, False),
    ("idle_cpu_percent_embedded", 1, False),
    ("page_kb_largest", 150, False),
)


@click.command()
@click.option("--output", type=click.Path(path_type=Path), default=Path("var/bench.json"), show_default=True)
@click.option("--only", type=click.Choice([EMBEDDED, NODE]), help="One profile's figures.")
def command(output: Path, only: str | None) -> None:
    """Measure fresh instances as they are shipped; exit code 1 when a gate does not hold.

    Takes about ten minutes. Every figure of `node` is the median of three rounds.
    """
    from tsunagi import interrupts
    from tsunagi.bench import embedded

    interrupts.listen_to_ctrl_c()
    figures = {} if only == EMBEDDED else _of_node()
    if only != NODE:
        figures |= embedded.measure(Path("var/bench-embedded"), click.echo)
    rounded = {name: round(value, 3) for name, value in sorted(figures.items())}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(rounded, indent=1) + "\n")
    for name, value in rounded.items():
        click.echo(f"{name:28} {value:>12}")
    failed = [
        name
        for name, limit, more in GATES
        if name in rounded and (rounded[name] < limit if more else rounded[name] > limit)
    ]
    click.echo(f"Not held: {', '.join(failed)}" if failed else f"Every gate held. Written: {output}")
    sys.exit(1 if failed else 0)


def _of_node() -> dict[str, float]:
    from tsunagi.bench.measure import measure

    figures = measure(Path("var/bench"), click.echo)
    for part in ("p50", "p99"):
        ratio = figures[f"handoff_{part}_ms_at_50"] / figures[f"echo_{part}_ms_at_50"]
        figures[f"handoff_{part}_per_echo"] = ratio
    return figures
