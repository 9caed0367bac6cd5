"""The private servers of a test session, and fresh instances on them."""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.support.broker import Broker
from tests.support.calls import Calls
from tests.support.clock import MovableClock
from tests.support.console import Console, queue_depths
from tests.support.contained import in_containers
from tests.support.databases import TestDatabase
from tests.support.vhosts import Vhosts
from tsunagi import instance as instances
from tsunagi.copies import Press
from tsunagi.instance import Instance
from tsunagi.logins import add_databases, broker_definitions
from tsunagi.parts import SERVICES
from tsunagi.servers import packages, pair

# Short, so that a test sees a message fail for good within a second.
RETRY_DELAYS_S = (0.2, 0.4)


class Machine:
    """PostgreSQL (fsync off) and RabbitMQ in a folder of their own, and one instance as the pattern.

    The pattern's databases are migrated once; every fresh instance gets copies of them, and a vhost
    to itself with everything declared.
    """

    def __init__(self, *, fast: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tsunagi-tests-"))
        self.folder.chmod(0o711)  # the servers run under other accounts
        self.pattern = instances.ensure(self.folder, "test")
        definitions = broker_definitions(self.pattern)
        self.servers = pair.make(
            self.folder, self.pattern.ports, self.pattern.passwords, definitions, fast=fast
        )
        if packages.missing():
            self.servers = in_containers(self.servers)
        self.vhosts = Vhosts()
        self.press = Press.where_possible(self.folder / "template.log")
        self._numbers = itertools.count(1)
        self._console: Console | None = None
        self.migration_failure = ""

    def start(self) -> "Machine":
        """Start the servers and prepare the pattern."""
        try:
            if self.press is not None:
                self.press.begin()
            self.servers.start()
            self._console = Console(self.servers.rabbitmq)
            add_databases(self.pattern, self.servers.postgres)
            self.migration_failure = migrate(self.pattern)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop everything and remove the folder."""
        if self._console is not None:
            self._console.close()
        if self.press is not None:
            self.press.close()
        self.servers.stop()
        if not os.environ.get("KEEP_TEST_FOLDER"):
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def console(self) -> Console:
        """A line to the broker's own machine."""
        assert self._console is not None
        return self._console

    def reconnect_console(self) -> None:
        """Open the line again after the broker was started anew."""
        if self._console is not None:
            self._console.close()
        self._console = Console(self.servers.rabbitmq)

    def fresh(self, services: Iterable[str] = SERVICES, **settings: str) -> "TestInstance":
        """Return a new instance: own databases, vhost, keys, ports and clock; nothing of it runs yet.

        With fewer `services` only theirs are made: a test that looks into a database needs no others.
        """
        name = f"t{next(self._numbers)}"
        made = instances.ensure(self.folder / name, "test", vhost=name, prefix=name)
        made.ports |= {port: self.pattern.ports[port] for port in instances.SERVER_PORTS}
        made.passwords = dict(self.pattern.passwords)
        made.settings = {
            "TSUNAGI_RETRY_DELAYS_S": ",".join(str(delay) for delay in RETRY_DELAYS_S),
            "TSUNAGI_LOG_LEVEL": "INFO",
            # Tests ask faster than people do.
            "TSUNAGI_RATE_ACCOUNT": "0",
            "TSUNAGI_RATE_ADDRESS": "0",
            **settings,
        }
        for service in services:
            self._add_database(made, service)
        self._add_vhost(made)
        made.save()
        return TestInstance(made, self)

    def _add_database(self, made: Instance, service: str) -> None:
        template = self.pattern.database(service)
        self.servers.postgres.add_database(made.database(service), made.login(service), template)

    def _add_vhost(self, made: Instance) -> None:
        if spare := self._spare_vhost(made):
            made.vhost = spare
        else:
            self.vhosts.make(self.console, made, delays(made))

    def _spare_vhost(self, made: Instance) -> str | None:
        try:
            return self.vhosts.spare(self.console, delays(made))
        except RuntimeError:
            # A broker that was killed may answer very late for the queues that it had before.
            self.reconnect_console()
            return None

    def remove(self, made: Instance) -> None:
        """Remove an instance's databases and give its vhost back."""
        for service in SERVICES:
            self.servers.postgres.drop_database(made.database(service))
        self.vhosts.give_back(self.console, made.vhost, delays(made))


class TestInstance:
    """A fresh instance and what a test does with it."""

    __test__ = False

    def __init__(self, instance: Instance, machine: Machine) -> None:
        self.instance = instance
        self.machine = machine
        self.clock = MovableClock(instance.clock_file)
        self.calls = Calls(instance, self.connect)
        self._databases: dict[str, TestDatabase] = {}
        self.broker = Broker(instance, self.queue_depths, self.connect, self.database)

    @property
    def is_embedded(self) -> bool:
        """Whether its processes share one, with bus and databases in files."""
        return self.instance.is_embedded

    def connect(self) -> Any:
        """Return an open connection of the broker's administrator in this vhost."""
        return self.machine.servers.rabbitmq.connect(self.instance.vhost)

    def queue_depths(self) -> dict[str, int]:
        """Return how many messages each queue holds, those being handled included."""
        return queue_depths(self.machine.console, self.instance.vhost)

    def database(self, service: str) -> TestDatabase:
        """Return the database of a service, with its own login."""
        if service not in self._databases:
            self._databases[service] = TestDatabase(self.instance.database_url(service))
        return self._databases[service]

    def set_read_only(self, service: str, is_read_only: bool) -> None:
        """Make a service's database refuse every write, or take them again; open sessions are ended."""
        name = self.instance.database(service)
        with self.machine.servers.postgres.connect() as admin:
            value = "on" if is_read_only else "off"
            admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}')
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    def close(self) -> None:
        """Remove it."""
        for database in self._databases.values():
            database.close()
        self.machine.remove(self.instance)


def delays(instance: Instance) -> tuple[float, ...]:
    """Return the retry delays that the instance is set to."""
    return tuple(float(part) for part in instance.settings["TSUNAGI_RETRY_DELAYS_S"].split(","))


def migrate(instance: Instance) -> str:
    """Run `tsunagi migrate` for an instance; returns what it said when it failed.

    The databases of the other services are usable all the same, so their tests go on.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tsunagi", "migrate"],
        env=instance.admin_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""
