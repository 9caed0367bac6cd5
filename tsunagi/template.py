"""The process that services are copies of: it has imported what they are made of and waits (ADR 21).

`python -m tsunagi.template` with a socket as its standard input. Each message on it is what a copy is to be,
`{"words": […], "env": {…}, "log": "…"}`, and is answered by `{"started": pid}`, or `{"failed": "why"}`;
`{"ended": pid, "code": n}` follows when that copy has ended, `n` as in `subprocess`. When the other side
goes, so do all.

It never waits by the hub: one that has run before a copy is made would be one for both.
"""

if __name__ == "__main__":
    from chassis import green

    green.patch()
    green.wait_for_database()

import gc
import json
import os
import signal
import sys
import time
from importlib import import_module
from typing import Any

from eventlet import hubs, patcher

from chassis.topology import GATEWAY, SERVICES
from tsunagi import cli
from tsunagi.servers.process import die_with_parent

# What eventlet has put into their place would wait by the hub.
_os = patcher.original("os")
_select = patcher.original("select")
_socket = patcher.original("socket")

LONGEST_MESSAGE = 150_000


def main() -> None:
    """Make copies until the other side goes; in a copy it runs the program."""
    _import_everything()
    wanted = _wait(_socket.socket(fileno=0))
    if wanted is not None:
        _become(wanted)
        cli.main()


def _import_everything() -> None:
    for name in SERVICES:
        import_module(f"services.{name}.service")
        import_module(f"services.{name}.models")
    for name in (f"{GATEWAY}.service", "chassis.runner", "tsunagi.commands.serve"):
        import_module(name)
    import_module("sqlalchemy.dialects.postgresql.psycopg")
    hub = hubs.get_hub()
    if hub.running or hub.get_timers_count() or len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("something that was imported uses the hub or has started a thread")
    # Not looked through again by any copy, which would no longer share what was touched.
    gc.collect()
    gc.freeze()


def _wait(line: Any) -> dict[str, Any] | None:
    """Return in each copy what it is to be, and None when no more are wanted."""
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    while True:
        ready, _, _ = _select.select([line, woken], [], [])
        if woken in ready:
            _os.read(woken, 4096)
            _tell_of_ended(line)
        if line in ready:
            asked = line.recv(LONGEST_MESSAGE)
            if not asked:
                return None
            template = os.getpid()
            try:
                pid = os.fork()
            except OSError as error:
                line.send(json.dumps({"failed": error.strerror}).encode())
                continue
            if not pid:
                signal.set_wakeup_fd(-1)
                os.close(woken)
                os.close(waking)
                line.close()
                return {**json.loads(asked), "template": template}
            line.send(json.dumps({"started": pid}).encode())


def _tell_of_ended(line: Any) -> None:
    while True:
        try:
            pid, status = _os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        line.send(json.dumps({"ended": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


def _become(wanted: dict[str, Any]) -> None:
    """Take the place that a process of its own would have: session, death signal, output, environment."""
    os.setsid()
    die_with_parent(signal.SIGTERM)()
    if os.getppid() != wanted["template"]:
        # It died before the kernel was told what to do then.
        os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.close(out)
    if nothing:
        os.close(nothing)
    # The template's has asked the kernel for events that are not for this process.
    hubs.get_hub().poll.close()
    hubs.use_hub()
    os.environ.clear()
    os.environ.update(wanted["env"])
    time.tzset()
    sys.argv = ["tsunagi", *wanted["words"]]


if __name__ == "__main__":
    main()
