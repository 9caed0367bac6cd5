"""A private RabbitMQ node: own name, ports, cookie, epmd and folders; logins from a definitions file."""

import base64
import contextlib
import hashlib
import json
import os
import secrets
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import amqp

from chassis import broker_version
from tsunagi.parts import VHOST
from tsunagi.servers import packages
from tsunagi.servers.process import Failed, NotAvailable, home_for, own, server_account, start, stop, tail

ADMIN = "tsunagi_admin"
# What only Erlang's own form can say; the containers' broker has the same.
ADVANCED = Path(__file__).parents[2] / "deploy" / "rabbitmq" / "advanced.config"
# Two schedulers that do not spin: a node at rest costs no CPU and about 100 MB.
SMALL = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"


@dataclass
class RabbitMQ:
    """One node in `folder`; `password` is that of `tsunagi_admin`, who may do everything in each vhost."""

    folder: Path
    port: int
    dist_port: int
    epmd_port: int
    password: str
    cookie: str
    definitions: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    epmd: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.log = self.folder.parent / "logs" / "rabbitmq.log"

    @property
    def node(self) -> str:
        return f"tsunagi-{self.dist_port}@localhost"

    def launch(self) -> None:
        """Start the node without waiting."""
        program = packages.rabbitmq_program()
        if program is None:
            raise NotAvailable("RabbitMQ is not installed: sudo apt-get install rabbitmq-server")
        account = server_account("rabbitmq")
        self.folder = home_for(self.folder, account)
        self._write_files()
        own(self.folder, account)
        self.epmd = start(
            ["epmd", "-address", "127.0.0.1", "-port", str(self.epmd_port)],
            log=self.log,
            env=self.env(),
            account=account,
            cwd=self.folder,
        )
        self.process = start([program], log=self.log, env=self.env(), account=account, cwd=self.folder)

    def env(self) -> dict[str, str]:
        """Return the environment of the node and of tools that talk to it."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # Without this the start script stays as a parent that does not pass SIGTERM on reliably.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{SMALL} -kernel inet_dist_use_interface {{127,0,0,1}}",
        }

    def _write_files(self) -> None:
        files = {
            ".erlang.cookie": self.cookie,
            "enabled_plugins": "[].\n",
            "definitions.json": json.dumps(self.definitions),
            "advanced.config": ADVANCED.read_text(),
            "rabbitmq.conf": configuration(self.folder / "definitions.json"),
        }
        for name, text in files.items():
            path = self.folder / name
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
            path.write_text(text)

    def wait_ready(self, vhost: str = VHOST, within_s: float = 90) -> None:
        """Return when the administrator can open the vhost; raise Failed when the node ended.

        Raises BrokerTooOld when what is installed here is.
        """
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                connection = self.connect(vhost)
                connection.close()
            except (OSError, amqp.AMQPError):
                time.sleep(0.1)
            else:
                broker_version.check(connection.server_properties)
                return
        raise Failed(f"RabbitMQ did not start; see {self.log}\n{tail(self.log)}")

    def connect(self, vhost: str = VHOST) -> amqp.Connection:
        """Return an open connection of the administrator."""
        connection = amqp.Connection(
            f"127.0.0.1:{self.port}",
            userid=ADMIN,
            password=self.password,
            virtual_host=vhost,
            connect_timeout=5,
        )
        connection.connect()
        return connection

    def url(self, user: str, password: str, vhost: str = VHOST) -> str:
        """Return the AMQP address for a login."""
        return f"amqp://{user}:{password}@127.0.0.1:{self.port}/{vhost}"

    def kill(self) -> None:
        """End the node as a power cut would, for fault tests."""
        for process in (self.process, self.epmd):
            if process is not None and process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)

    def halt(self) -> None:
        """Stop the node cleanly, and the epmd that was started for it."""
        stop(self.process)
        stop(self.epmd)


def configuration(definitions: Path) -> str:
    """Return the settings of a private node that reads its logins from `definitions`."""
    return "\n".join(
        (
            "loopback_users.guest = true",
            f"load_definitions = {definitions}",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
            "vm_memory_high_watermark.relative = 0.4",
            # A small machine's disk: stop taking messages before the database cannot commit.
            "disk_free_limit.absolute = 200MB",
            "",
        )
    )


def password_hash(password: str) -> str:
    """Return the salted hash in RabbitMQ's own form (rabbit_password_hashing_sha256)."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def vhost_definition(name: str = VHOST) -> dict[str, Any]:
    """Return a vhost whose queues are quorum queues unless they say otherwise, Nameko's RPC queues too."""
    return {"name": name, "default_queue_type": "quorum", "metadata": {"default_queue_type": "quorum"}}


def login_definitions(
    user: str, password: str, permissions: dict[str, Any], vhost: str = VHOST
) -> dict[str, list[dict[str, Any]]]:
    """Return the definitions of one login: `permissions` as `chassis.topology.permissions` answers them."""
    where = {"user": user, "vhost": vhost}
    return {
        "users": [
            {
                "name": user,
                "password_hash": password_hash(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
        ],
        "permissions": [{**where, **{key: permissions[key] for key in ("configure", "write", "read")}}],
        "topic_permissions": [
            {**where, "exchange": exchange, "write": write, "read": read}
            for exchange, (write, read) in permissions.get("topic", {}).items()
        ],
    }


def merged(*parts: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return several definitions as one."""
    keys = {key for part in parts for key in part}
    return {key: [row for part in parts for row in part.get(key, [])] for key in sorted(keys)}
