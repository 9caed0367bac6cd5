"""Child processes that never outlive this one, and never run as root."""

import ctypes
import os
import pwd
import secrets
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

PR_SET_PDEATHSIG = 1
# Below the range that outgoing connections take theirs from.
PORTS = range(20_000, 32_000)


class NotAvailable(Exception):
    """Something is missing on this machine; the message is one sentence that says what to do."""


class Failed(Exception):
    """A process did not start or did not get ready; the message says where its log is."""


class Process(Protocol):
    """A child as `subprocess.Popen` and `tsunagi.copies.Copy` have it."""

    pid: int
    returncode: int | Any

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: int, /) -> None: ...
    def kill(self) -> None: ...


def die_with_parent(with_signal: int) -> Any:
    """Return a `preexec_fn` that has the kernel send `with_signal` when the parent ends.

    Linux only, nothing elsewhere. The parent is the *thread* that started the child: start
    processes from the main thread only.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def set_death_signal() -> None:
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, with_signal)

    return set_death_signal


def server_account(*names: str) -> pwd.struct_passwd | None:
    """Return the account a server runs as: None for an ordinary user, the first that exists for root."""
    if os.geteuid() != 0:
        return None
    for name in (*names, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NotAvailable(
        "PostgreSQL does not run as root and there is no account `nobody`: run as an ordinary user."
    )


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return the arguments of `subprocess` that make a process run as `account`."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def home_for(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Return the real path of `folder`, made, at a place that `account` can reach.

    Below a closed folder such as /root it becomes a link to /var/lib/tsunagi/…, since the server
    does not run as root.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if account is None or folder.exists() or _can_pass(folder.parent, account):
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder.resolve()
    shelter = Path("/var/lib/tsunagi")
    shelter.mkdir(parents=True, exist_ok=True)
    reachable = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=shelter))
    folder.symlink_to(reachable)
    return reachable


def _can_pass(folder: Path, account: pwd.struct_passwd) -> bool:
    looking = subprocess.run(["test", "-x", folder.resolve()], **as_account(account), check=False)
    return looking.returncode == 0


def own(path: Path, account: pwd.struct_passwd | None) -> Path:
    """Give `path` (and what is in it) to `account`."""
    if account is not None:
        for each in (path.resolve(), *path.resolve().rglob("*")):
            os.chown(each, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return path


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    death_signal: int = signal.SIGTERM,
    account: pwd.struct_passwd | None = None,
    cwd: Path | None = None,
    stdin: Any = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a process in its own session, its output appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=stdin,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),
            **as_account(account),
        )


def ask_to_end(process: Process | None, with_signal: int = signal.SIGTERM) -> None:
    """Send the signal when the process still runs."""
    if process is not None and process.poll() is None:
        process.send_signal(with_signal)


def wait_for_end(process: Process | None, wait_s: float = 30) -> None:
    """Return when the process has ended; it is killed after `wait_s`."""
    if process is None:
        return
    try:
        process.wait(wait_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def stop(process: Process | None, with_signal: int = signal.SIGTERM, wait_s: float = 30) -> None:
    """End a process: ask first, kill what has not ended after `wait_s`."""
    ask_to_end(process, with_signal)
    wait_for_end(process, wait_s)


def is_free(port: int) -> bool:
    """Return whether a server could listen on 127.0.0.1:`port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Return different free ports of PORTS."""
    found: set[int] = set()
    while len(found) < count:
        port = secrets.choice(PORTS)
        if is_free(port):
            found.add(port)
    return list(found)


def answers(port: int) -> bool:
    """Return whether somebody listens on 127.0.0.1:`port`."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
