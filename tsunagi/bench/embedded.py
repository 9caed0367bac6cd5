"""The profile that `make run` starts: how soon it is there, what it takes at rest, how heavy pages are."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tsunagi import holding
from tsunagi import instance as instances
from tsunagi.bench import cpu, memory, pages
from tsunagi.client import Client
from tsunagi.demo import stage
from tsunagi.demo.note import CONTENT
from tsunagi.demo.story import Player
from tsunagi.parts import EMBEDDED
from tsunagi.servers.process import Failed
from tsunagi.tidy import empty
from tsunagi.vendor import ROOT

NOTES = 20
IDLE_S = 30.0
_SETTLES_S = 10.0

Say = Callable[[str], None]


def measure(folder: Path, say: Say) -> dict[str, float]:
    """Return every figure; `folder` is emptied and holds the instance afterwards."""
    say("Installing into a fresh environment")
    figures = {"install_s": install_s()}
    with holding.alone(folder):
        empty(folder)
    say("Starting an embedded instance")
    with _started(folder) as (process, start_s):
        figures["start_s_embedded"] = start_s
        figures |= _measure(folder, process.pid, say)
    return figures


def install_s() -> float:
    """Return how long a fresh environment with all locked packages takes."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        command = [sys.executable, "-m", "tsunagi.prepare", Path(folder) / "venv"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began


@contextmanager
def _started(folder: Path) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """Run it by its command inside the block; yields the process and after how many seconds it was there."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tsunagi", "run", "--profile", EMBEDDED, "--instance", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if not any("Ctrl-C stops it" in line for line in process.stdout):
                raise Failed(f"the embedded instance did not start; see {folder}/logs")
            yield process, time.monotonic() - began
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _measure(folder: Path, pid: int, say: Say) -> dict[str, float]:
    instance = instances.load(folder)
    passwords = stage.passwords_of(folder)
    with stage.cast(instance.public_url, passwords) as cast:
        say("Writing notes")
        took = [
            _written_to_screen_ms(cast.planner.client, cast.ladder[0], cast.stay_ids[0]) for _ in range(NOTES)
        ]
    manager = Client(instance.public_url).sign_in(stage.LADDER[0], passwords[stage.LADDER[0]])
    figures = {"written_to_screen_ms_embedded": median(took), **_at_rest(manager, pid, say)}
    say("Looking at pages")
    planner = Client(instance.public_url).sign_in(stage.PLANNER, passwords[stage.PLANNER])
    own = {manager: ["/inbox", "/news"], planner: ["/board", "/persons", f"/stays/{cast.stay_ids[0]}/note"]}
    heaviest = max(pages.largest_kb(person, [*paths, *pages.EVERYBODYS]) for person, paths in own.items())
    return figures | {"page_kb_largest": heaviest} | pages.first_view(manager)


def _written_to_screen_ms(planner: Client, manager: Player, stay_id: str) -> float:
    content = planner.get(f"/api/stays/{stay_id}/note")["draft"]["content"]
    began = time.monotonic()
    sent = planner.post("/api/handoffs", {"stay_id": stay_id, "content": {**content, **CONTENT}})
    heard = manager.stream.wait_for("alert", 15, handoff_id=sent["handoff_id"])
    if heard is None:
        raise Failed("a note did not reach the care manager's page within 15 s")
    return (time.monotonic() - began) * 1000


def _at_rest(manager: Client, pid: int, say: Say) -> dict[str, float]:
    """Look at memory and processor while one page is open and nobody works."""
    say("Leaving it alone")
    page = manager.listen()
    time.sleep(_SETTLES_S)
    group = {"all": memory.family([pid])}
    before, began = cpu.seconds(group), time.monotonic()
    time.sleep(IDLE_S)
    used = cpu.between(before, cpu.seconds(group))["all"]
    took_s = time.monotonic() - began
    page.close()
    return {
        "rss_mb_embedded": memory.share_mb(group["all"]),
        "idle_cpu_percent_embedded": 100 * used / took_s,
    }
