"""PostgreSQL and RabbitMQ in containers, where there is an engine and their programs are not installed.

Images as in docker-compose.yml, private ports of this machine, nothing mounted. Killing and starting again
keeps a container's data; stopping the servers removes both.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tsunagi.demo.containers import BASES
from tsunagi.servers import packages
from tsunagi.servers.pair import Servers
from tsunagi.servers.postgres import ADMIN, Postgres
from tsunagi.servers.process import NotAvailable, start
from tsunagi.servers.rabbitmq import ADVANCED, SMALL, RabbitMQ, configuration

# A first start on a busy machine, the image's own preparations included.
READY_WITHIN_S = 120.0
# For tests of what starts servers by the machine's own programs.
needs_programs = pytest.mark.skipif(
    bool(packages.missing()) and not packages.can_install(),
    reason="it starts servers itself: install PostgreSQL and RabbitMQ",
)
IMAGES = ("POSTGRES_IMAGE", "RABBITMQ_IMAGE")
_DEFINITIONS = "/etc/rabbitmq/definitions.json"


def engine_answers() -> bool:
    """Return whether a Docker engine can be asked to run containers."""
    return shutil.which("docker") is not None and _docker("info").returncode == 0


class ContainedPostgres(Postgres):
    """PostgreSQL in a container."""

    def launch(self) -> None:
        """Start the server without waiting; the first time its container is made."""
        settings = self.settings(port=5432, listen="*")
        words = ["-e", f"POSTGRES_USER={ADMIN}", "-e", f"POSTGRES_PASSWORD={self.password}"]
        words += ["-e", "POSTGRES_DB=postgres", "-e", "POSTGRES_INITDB_ARGS=--locale=C.UTF-8"]
        words += ["--publish", f"127.0.0.1:{self.port}:5432", image("POSTGRES_IMAGE"), "postgres", *settings]
        _make(self.name, words)
        self.process = _start(self.name, self.log)

    @property
    def name(self) -> str:
        return f"tsunagi-tests-postgres-{self.port}"

    def wait_ready(self, within_s: float = READY_WITHIN_S) -> None:
        super().wait_ready(within_s)

    def kill(self) -> None:
        """End the server as a power cut would, for fault tests."""
        _kill(self.name)
        if self.process is not None:
            self.process.wait(10)


class ContainedRabbitMQ(RabbitMQ):
    """RabbitMQ in a container."""

    @property
    def name(self) -> str:
        return f"tsunagi-tests-rabbitmq-{self.port}"

    @property
    def node(self) -> str:
        return "rabbit@rabbitmq"

    def launch(self) -> None:
        """Start the node without waiting; the first time its container is made."""
        words = ["--hostname", "rabbitmq", "--publish", f"127.0.0.1:{self.port}:5672"]
        words += ["-e", f"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS={SMALL}", image("RABBITMQ_IMAGE")]
        if _make(self.name, words):
            self._put_files()
        self.process = _start(self.name, self.log)

    def _put_files(self) -> None:
        files = {
            _DEFINITIONS: json.dumps(self.definitions),
            "/etc/rabbitmq/conf.d/50-tests.conf": configuration(Path(_DEFINITIONS)),
            "/etc/rabbitmq/advanced.config": ADVANCED.read_text(),
            "/etc/rabbitmq/enabled_plugins": "[].\n",
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        for place, text in files.items():
            file = self.folder / Path(place).name
            file.write_text(text)
            # The broker's account is not this one's.
            file.chmod(0o644)
            _docker("cp", str(file), f"{self.name}:{place}")

    def wait_ready(self, vhost: str | None = None, within_s: float = READY_WITHIN_S) -> None:
        super().wait_ready(*([vhost] if vhost else []), within_s=within_s)

    def beside(self, words: Sequence[str]) -> list[str]:
        """Return the command that runs `words` in the container, as the broker's account."""
        return ["docker", "exec", "--interactive", "--user", "rabbitmq", self.name, *words]

    def kill(self) -> None:
        """End the node as a power cut would, for fault tests."""
        _kill(self.name)
        if self.process is not None:
            self.process.wait(10)


@dataclass
class ContainedServers(Servers):
    """Both, gone with their data when they are stopped."""

    postgres: ContainedPostgres
    rabbitmq: ContainedRabbitMQ

    def stop(self) -> None:
        super().stop()
        for name in (self.postgres.name, self.rabbitmq.name):
            _docker("rm", "--force", "--volumes", name)


def in_containers(servers: Servers) -> ContainedServers:
    """Return what does the same as `servers` in containers."""
    database, broker = servers.postgres, servers.rabbitmq
    return ContainedServers(
        ContainedPostgres(database.folder, database.port, database.password, database.fast),
        ContainedRabbitMQ(
            broker.folder,
            port=broker.port,
            dist_port=broker.dist_port,
            epmd_port=broker.epmd_port,
            password=broker.password,
            cookie=broker.cookie,
            definitions=broker.definitions,
        ),
    )


def image(variable: str) -> str:
    """Return an image's name, as docker-compose.yml finds it."""
    return os.environ.get(variable) or BASES[variable]


def _make(name: str, words: Sequence[str]) -> bool:
    """Make a container unless it is there; returns whether it is new. Raises NotAvailable."""
    if _docker("container", "inspect", name).returncode == 0:
        return False
    done = _docker("create", "--name", name, *words)
    if done.returncode:
        raise NotAvailable(f"docker cannot make the container {name}: {done.stderr.strip()[-300:]}")
    return True


def _start(name: str, log: Path) -> subprocess.Popen[bytes]:
    """Return the client that ends when the container ends, and passes signals on to it."""
    return start(["docker", "start", "--attach", name], log=log, env=os.environ)


def _kill(name: str) -> None:
    _docker("kill", "--signal", "KILL", name)


def _docker(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
