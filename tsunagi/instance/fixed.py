"""What is fixed when an instance is made, and the names and addresses that follow from it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tsunagi import whole_files
from tsunagi.instance import environments, places
from tsunagi.parts import EMBEDDED, NODE, VHOST, processes


@dataclass
class Instance:
    """What stands in `instance.json`. `prefix` is that of its databases."""

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
        return places.clock(self.folder)

    @property
    def preparing(self) -> Path:
        return places.preparing(self.folder)

    @property
    def logs(self) -> Path:
        return places.logs(self.folder)

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
            return f"sqlite:///{places.database(self.folder, service)}"
        login = self.login(service)
        password = self.passwords[f"database_{service}"]
        where = f"127.0.0.1:{self.ports['postgres']}/{self.database(service)}"
        return f"postgresql+psycopg://{login}:{password}@{where}"

    def amqp_url(self, name: str) -> str:
        """Return the broker's address with the login of `name`, or of the administrator."""
        if self.is_embedded:
            return f"embedded://{places.bus(self.folder)}"
        login = self.login(name)
        return (
            f"amqp://{login}:{self.passwords[f'broker_{name}']}@127.0.0.1:{self.ports['amqp']}/{self.vhost}"
        )

    def environment(self, name: str) -> dict[str, str]:
        """Return the settings of one process: its own logins and keys and nobody else's."""
        return environments.of_process(self, name)

    def admin_environment(self) -> dict[str, str]:
        """Return the settings of commands that set up or mend the instance: every login."""
        return environments.of_operator(self)

    def save(self) -> None:
        """Write `instance.json`, readable by its owner only."""
        kept = {key: value for key, value in asdict(self).items() if key != "folder"}
        whole_files.write(places.fixed(self.folder), json.dumps(kept, indent=1))
