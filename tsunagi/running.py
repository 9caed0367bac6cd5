"""Brings a whole instance up on this machine and takes it down again."""

import contextlib
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from tsunagi import instance as instances
from tsunagi.instance import Instance
from tsunagi.servers import packages, pair
from tsunagi.servers.pair import Servers
from tsunagi.supervisor import Supervisor

Say = Callable[[str], None]


class InUse(Exception):
    """The instance runs already."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the instance's folder. Raises InUse when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "running").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InUse(
                f"{folder} is running already; stop it first (Ctrl-C where it was started)"
            ) from error
        yield


@contextlib.contextmanager
def servers_of(instance: Instance, say: Say, *, fast: bool = False) -> Iterator[Servers]:
    """Run the instance's servers inside the block, with logins, databases and queues ready."""
    packages.ensure(say)
    # Imported late: none of it is needed when the servers are missing.
    from tsunagi.logins import add_databases, broker_definitions
    from tsunagi.migrations import migrate

    instances.settle_ports(instance)
    definitions = broker_definitions(instance)
    servers = pair.make(instance.folder, instance.ports, instance.passwords, definitions, fast=fast)
    say("Starting RabbitMQ and PostgreSQL")
    servers.start(say)
    try:
        say("Preparing databases and queues")
        add_databases(instance, servers.postgres)
        os.environ.update(instance.admin_environment())
        migrate()
        yield servers
    finally:
        servers.stop()


@contextlib.contextmanager
def everything(instance: Instance, say: Say, *, fast: bool = False) -> Iterator[Supervisor]:
    """Run servers, services, worker and gateway inside the block; a demonstration has its city."""
    with servers_of(instance, say, fast=fast):
        if instance.kind == "demo":
            from tsunagi.seeding import seed

            seed(instance)
        supervisor = Supervisor(instance, say=say)
        say("Starting services and gateway")
        try:
            supervisor.start()
            supervisor.wait_ready()
            yield supervisor
        finally:
            with deaf():
                supervisor.stop()


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """Do not let a second Ctrl-C break the stopping."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_like_ctrl_c() -> None:
    """Treat SIGTERM as Ctrl-C."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
