"""Brings a whole instance up on this machine and takes it down again."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tsunagi import instance as instances
from tsunagi import obstacles
from tsunagi.admin import door
from tsunagi.complaints import spoken
from tsunagi.copies import Press
from tsunagi.holding import held
from tsunagi.instance import Instance, places
from tsunagi.interrupts import deaf
from tsunagi.servers.process import Failed
from tsunagi.supervisor import Supervisor

if TYPE_CHECKING:
    from tsunagi.servers.pair import Servers

Say = Callable[[str], None]


@contextlib.contextmanager
def servers_of(instance: Instance, say: Say, *, fast: bool = False) -> "Iterator[Servers]":
    """Run the instance's servers inside the block, with logins, databases and queues ready."""
    from tsunagi.servers import packages

    packages.ensure(say)
    # Imported late: none of it is needed when the servers are missing.
    from tsunagi.logins import add_databases, broker_definitions
    from tsunagi.servers import pair

    instances.settle_ports(instance)
    definitions = broker_definitions(instance)
    servers = pair.make(instance.folder, instance.ports, instance.passwords, definitions, fast=fast)
    say("Starting RabbitMQ and PostgreSQL")
    servers.start()
    try:
        say("Preparing databases and queues")
        add_databases(instance, servers.postgres)
        in_a_child(lambda: _migrate(instance))
        yield servers
    finally:
        servers.stop()


def _migrate(instance: Instance) -> None:
    from tsunagi.migrations import migrate

    os.environ.update(instance.admin_environment())
    migrate()


def _seed(instance: Instance) -> None:
    from tsunagi.seeding import seed

    seed(instance)


def in_a_child(act: Callable[[], None]) -> None:
    """Run `act` in a process of its own: what it imports would stay in memory as long as this one.

    Raises Failed; the child has said why.
    """

    def run() -> None:
        with spoken():
            act()

    child = multiprocessing.get_context("fork").Process(target=run)
    child.start()
    child.join()
    if child.exitcode:
        raise Failed("The instance could not be prepared.")


@contextlib.contextmanager
def everything(instance: Instance, say: Say, *, fast: bool = False) -> Iterator[Supervisor]:
    """Run servers, services, worker and gateway inside the block; a demonstration has its city.

    The instance's folder has to be held. Commands may come in by the admin socket.
    """
    run = embedded(instance, say) if instance.is_embedded else on_servers(instance, say, fast=fast)
    with run as supervisor, door.opened(instance.folder, instance.logs / "admin.log"):
        yield supervisor


@contextlib.contextmanager
def on_servers(instance: Instance, say: Say, *, fast: bool = False) -> Iterator[Supervisor]:
    """Run an instance with servers of its own inside the block."""
    with servers_of(instance, say, fast=fast):
        if instance.kind == "demo":
            in_a_child(lambda: _seed(instance))
        with processes_of(instance, say) as supervisor:
            yield supervisor


@contextlib.contextmanager
def embedded(instance: Instance, say: Say) -> Iterator[Supervisor]:
    """Run an embedded instance inside the block; its processes import their code while it is prepared."""
    from tsunagi import embedded_files

    _settle_ports(instance, say)
    places.databases(instance.folder).mkdir(exist_ok=True, mode=0o700)
    embedded_files.check(instance)
    supervisor = Supervisor(instance, say=say, outlook=lambda: obstacles.now(instance.folder))
    say("Preparing databases and queues, starting services and gateway")
    try:
        with held(instance.preparing):
            supervisor.start()
            in_a_child(lambda: _prepare(instance))
        supervisor.wait_ready()
        yield supervisor
    finally:
        with deaf():
            supervisor.stop()


def _settle_ports(instance: Instance, say: Say) -> None:
    before = instances.settle_ports(instance)
    if "http" in before:
        say(obstacles.port_moved(before["http"], instance.ports["http"]))


def _prepare(instance: Instance) -> None:
    _migrate(instance)
    if instance.kind == "demo":
        _seed(instance)


@contextlib.contextmanager
def processes_of(instance: Instance, say: Say) -> Iterator[Supervisor]:
    """Run services, worker and gateway inside the block; the servers have to run already."""
    press = Press.where_possible(instance.logs / "template.log")
    supervisor = Supervisor(instance, say=say, press=press)
    say("Starting services and gateway")
    try:
        if press is not None:
            press.begin()
        supervisor.start()
        supervisor.wait_ready()
        yield supervisor
    finally:
        with deaf():
            supervisor.stop()
            if press is not None:
                press.close()
