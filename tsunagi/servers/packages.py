"""Where the servers' programs are, and how root gets them on Debian and Ubuntu."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from tsunagi.servers.process import NotAvailable, tail

POLICY = Path("/usr/sbin/policy-rc.d")
PACKAGES = {"postgres": "postgresql", "rabbitmq-server": "rabbitmq-server"}
INSTALL_LOG = Path("/tmp/tsunagi-install.log")  # noqa: S108 (root's own, for a person to read)


def postgres_folder() -> Path | None:
    """Return the folder with `initdb` and `postgres` of the newest PostgreSQL, 15 or later."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    found = sorted(found, key=lambda path: int(path.parent.name), reverse=True)
    elsewhere = shutil.which("postgres")
    if elsewhere:
        found.append(Path(elsewhere).resolve().parent)
    return next((path for path in found if (path / "initdb").exists()), None)


def rabbitmq_program() -> Path | None:
    """Return the start script of RabbitMQ itself, not the wrapper that switches users."""
    for path in ("/usr/lib/rabbitmq/bin/rabbitmq-server", shutil.which("rabbitmq-server")):
        if path and Path(path).exists():
            return Path(path)
    return None


def missing() -> list[str]:
    """Return the names of the programs that are not installed."""
    found = {"postgres": postgres_folder(), "rabbitmq-server": rabbitmq_program()}
    return [name for name, path in found.items() if path is None]


def can_install() -> bool:
    """Return whether this is root on a machine with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def ensure(say: Callable[[str], None]) -> None:
    """Have the servers' programs installed, or raise NotAvailable with what to do."""
    wanted = [PACKAGES[name] for name in missing()]
    if not wanted:
        return
    if not can_install():
        raise NotAvailable(
            f"Install {' and '.join(wanted)} first, e.g.: sudo apt-get install {' '.join(wanted)}"
        )
    install(wanted, say)
    if missing():
        raise NotAvailable(f"apt-get installed {' and '.join(wanted)}, but not all programs are there.")


def install(wanted: list[str], say: Callable[[str], None]) -> None:
    """Install packages with apt-get; the services in them are not started."""
    say(f"Installing {' and '.join(wanted)} (apt-get; output in {INSTALL_LOG})")
    with _services_stay_off():
        _apt_get("update")
        _apt_get("install", "--yes", "--no-install-recommends", *wanted)


def _apt_get(*arguments: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with INSTALL_LOG.open("ab") as log:
        done = subprocess.run(
            ["apt-get", "-q", "-o", "Acquire::Retries=3", *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise NotAvailable(f"apt-get {arguments[0]} failed:\n{tail(INSTALL_LOG)}")


@contextlib.contextmanager
def _services_stay_off() -> Iterator[None]:
    """Keep the packaged services from starting: ours are private, those would be public."""
    before = POLICY.read_bytes() if POLICY.exists() else None
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            POLICY.unlink()
        else:
            POLICY.write_bytes(before)
