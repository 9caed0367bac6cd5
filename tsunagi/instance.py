"""An instance of Tsunagi on this machine: one folder with its ports, passwords, keys, clock and data.

instance.json   ports and passwords (0600)      keys/<process>/   what each process signs with
clock           how far the clock is moved      logs/  pids/      one file per process
postgres/  rabbitmq/                            data of the private servers (node)
bus/  databases/                                files of bus and services (embedded)
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tsunagi import key_rings, obstacles, whole_files
from tsunagi.parts import (
    ACCOUNTS,
    ALL,
    EMBEDDED,
    GATEWAY,
    NODE,
    PROCESSES,
    SERVICES,
    VHOST,
    WORKER,
    processes,
)
from tsunagi.servers.process import free_ports, is_free

SERVER_PORTS = ("postgres", "amqp", "dist", "epmd")
HTTP_PORT = 8080


@dataclass
class Instance:
    """What is fixed when the instance is made. `prefix` is that of its databases."""

    folder: Path
    kind: str
    vhost: str = VHOST
    prefix: str = "tsunagi"
    ports: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    settings: dict[str, str] = field(default_factory=dict)
    profile: str = NODE

    @property
    def is_embedded(self) -> bool:
        return self.profile == EMBEDDED

    @property
    def processes(self) -> tuple[str, ...]:
        """The names of its processes."""
        return processes(self.profile)

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    @property
    def preparing(self) -> Path:
        """The file that is held while an embedded instance is prepared."""
        return self.folder / "preparing"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def login(self, name: str) -> str:
        """Return the name of a process's database role and broker login."""
        return f"tsunagi_{name}"

    def database(self, service: str) -> str:
        """Return the name of a service's database."""
        return f"{self.prefix}_{service}"

    def database_url(self, service: str) -> str:
        """Return the address of a service's database, password included."""
        if self.is_embedded:
            return f"sqlite:///{self.folder}/databases/{service}.db"
        login = self.login(service)
        password = self.passwords[f"database_{service}"]
        where = f"127.0.0.1:{self.ports['postgres']}/{self.database(service)}"
        return f"postgresql+psycopg://{login}:{password}@{where}"

    def amqp_url(self, name: str) -> str:
        """Return the broker's address with the login of `name`, or of the administrator."""
        if self.is_embedded:
            return f"embedded://{self.folder}/bus"
        login = self.login(name)
        return (
            f"amqp://{login}:{self.passwords[f'broker_{name}']}@127.0.0.1:{self.ports['amqp']}/{self.vhost}"
        )

    def environment(self, name: str) -> dict[str, str]:
        """Return the settings of one process: its own logins and keys and nobody else's."""
        return {**from_outside(), **self._common(), **self._own(name), **self.settings}

    def admin_environment(self) -> dict[str, str]:
        """Return the settings of commands that set up or mend the instance: every login."""
        own = {
            "TSUNAGI_AMQP_URL": self.amqp_url("admin"),
            # A backup takes the keys that encrypt second factors along.
            "TSUNAGI_KEYS_ACCOUNTS": str(self.folder / "keys" / ACCOUNTS),
        }
        return {**from_outside(), **self._common(), **self._databases(), **own, **self.settings}

    def _databases(self) -> dict[str, str]:
        return {f"TSUNAGI_DATABASE_URL_{name.upper()}": self.database_url(name) for name in SERVICES}

    def _common(self) -> dict[str, str]:
        return {
            "TSUNAGI_INSTANCE": self.kind,
            "TSUNAGI_CLOCK_FILE": str(self.clock_file) if self.kind != "real" else "",
            "TSUNAGI_PUBLIC_URL": self.public_url,
        }

    def _own(self, name: str) -> dict[str, str]:
        own = {
            "TSUNAGI_SERVICE": name,
            "TSUNAGI_KEYS": str(self.folder / "keys" / name),
            "TSUNAGI_HEALTH_PORT": str(self.ports.get(f"health_{name}", 0)),
            "TSUNAGI_AMQP_URL": self.amqp_url(name),
        }
        if name == GATEWAY:
            return {**own, **self._door()}
        if self.is_embedded:
            own["TSUNAGI_START_AFTER"] = str(self.preparing)
        if name == WORKER:
            return {**own, **self._databases()}
        if name == ALL:
            return {**own, **self._databases(), **self._door(), **self._keys()}
        return {**own, "TSUNAGI_DATABASE_URL": self.database_url(name)}

    def _door(self) -> dict[str, str]:
        http = {"TSUNAGI_HTTP_HOST": "127.0.0.1", "TSUNAGI_HTTP_PORT": str(self.ports["http"])}
        return {**http, "TSUNAGI_SECRET_KEY": self.passwords["secret_key"]}

    def _keys(self) -> dict[str, str]:
        names = (*SERVICES, GATEWAY)
        return {f"TSUNAGI_KEYS_{name.upper()}": str(self.folder / "keys" / name) for name in names}

    def take_new_passwords(self) -> None:
        """Know the passwords that `tsunagi rotate-passwords` may have written meanwhile."""
        if (self.folder / "instance.json").exists():
            self.passwords = load(self.folder).passwords

    def save(self) -> None:
        """Write `instance.json`, readable by its owner only."""
        kept = {key: value for key, value in asdict(self).items() if key != "folder"}
        whole_files.write(self.folder / "instance.json", json.dumps(kept, indent=1))


def ensure(
    folder: Path,
    kind: str,
    *,
    vhost: str = VHOST,
    prefix: str = "tsunagi",
    profile: str = NODE,
    door: int | None = None,
) -> Instance:
    """Return the instance in `folder`; the first time it is made with random passwords and keys.

    `door` is the port on which its pages are wanted, if it is free. Only where somebody will type it: of
    instances that are made side by side all would want the same. Raises Obstacle when the folder was made by
    another profile, or cannot be read.
    """
    folder = folder.resolve()
    if (folder / "instance.json").exists():
        found = _of_profile(profile, load(folder))
        # One that an earlier version made lacks them.
        key_rings.ensure(folder / "keys")
        return found
    # Imported late: an instance is made once, and keys need a large library.
    from tsunagi import keys

    folder.mkdir(parents=True, exist_ok=True)
    made = Instance(folder, kind, vhost, prefix, profile=profile)
    made.ports = _choose_ports(profile, door)
    made.passwords = {name: secrets.token_urlsafe(24) for name in _secrets()}
    keys.ensure(folder / "keys", PROCESSES)
    key_rings.ensure(folder / "keys")
    made.save()
    return made


def load(folder: Path) -> Instance:
    """Return an instance that exists. Raises FileNotFoundError, or Obstacle when it cannot be read."""
    try:
        return Instance(folder=folder.resolve(), **json.loads((folder / "instance.json").read_text()))
    except (ValueError, TypeError) as error:
        raise obstacles.instance_unreadable(folder) from error


def _of_profile(profile: str, found: Instance) -> Instance:
    if found.profile != profile:
        raise obstacles.other_profile(found.folder, found.profile, profile)
    return found


def settle_ports(instance: Instance) -> dict[str, int]:
    """Choose another port where somebody else listens by now; to be called while nothing of it runs.

    Returns what the changed ones were before. Raises Obstacle when the pages of a real instance would have
    to move: links in mails lead to them.
    """
    before = {name: port for name, port in instance.ports.items() if not is_free(port)}
    if "http" in before and instance.kind == "real":
        raise obstacles.port_taken(before["http"])
    instance.ports.update(zip(before, free_ports(len(before)), strict=True))
    if before:
        instance.save()
    return before


def move_door(instance: Instance, port: int) -> None:
    """Have the pages at `port` from now on; nothing of the instance runs. Raises Obstacle when taken."""
    if not is_free(port):
        raise obstacles.port_taken(port)
    instance.ports["http"] = port
    instance.save()


def _choose_ports(profile: str, door: int | None) -> dict[str, int]:
    servers = () if profile == EMBEDDED else SERVER_PORTS
    names = (*servers, *(f"health_{name}" for name in processes(profile)), "http")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    if door is not None and is_free(door):
        ports["http"] = door
    return ports


def _secrets() -> list[str]:
    logins = [f"broker_{name}" for name in (*PROCESSES, "admin")]
    databases = [f"database_{name}" for name in SERVICES]
    return ["secret_key", "cookie", "postgres_admin", *logins, *databases]


def from_outside() -> dict[str, str]:
    """Return the variables of this process that a child needs to run at all."""
    wanted = (
        *("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "SSL_CERT_FILE"),
        "TSUNAGI_TRACES_URL",
    )
    return {name: os.environ[name] for name in wanted if name in os.environ} | {"PYTHONUNBUFFERED": "1"}
