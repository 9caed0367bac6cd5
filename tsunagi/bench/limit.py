"""Runs the two echo processes while the raw limit is measured."""

import contextlib
import sys
import time
from collections.abc import Iterator

from tsunagi.bench.wire import Line, request
from tsunagi.instance import Instance
from tsunagi.servers.process import ask_to_end, free_ports, start, wait_for_end


@contextlib.contextmanager
def echo(instance: Instance) -> Iterator[tuple[int, list[int]]]:
    """Yield the port of a door whose every request is one stock Nameko RPC, and its two processes."""
    (port,) = free_ports(1)
    env = {**instance.admin_environment(), "BENCH_ECHO_PORT": str(port)}
    command = [sys.executable, "-W", "ignore", "-m", "tsunagi.bench.echo"]
    parts = [
        start([*command, which], log=instance.logs / "bench-echo.log", env=env)
        for which in ("service", "door")
    ]
    try:
        _wait_ready(port)
        yield port, [part.pid for part in parts]
    finally:
        for part in parts:
            ask_to_end(part)
        for part in parts:
            wait_for_end(part)


def _wait_ready(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            line = Line(port, patience_s=2)
            answer = line.send(request("POST", "/", port, {}, b"{}"))
            line.close()
            if answer.status == 200:
                return
        except OSError:
            pass
        if time.monotonic() > until:
            raise TimeoutError("the echo does not answer")
        time.sleep(0.2)
