"""The two servers of an instance, started side by side."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tsunagi.servers.postgres import Postgres
from tsunagi.servers.rabbitmq import RabbitMQ

# Where the administrator's next password stands while it is changed.
POSTGRES_ADMIN_NEXT = "postgres_admin_next"


@dataclass
class Servers:
    """PostgreSQL and RabbitMQ of one instance; as a context manager they run inside the block."""

    postgres: Postgres
    rabbitmq: RabbitMQ

    def start(self) -> None:
        """Start both and wait; on failure neither is left running."""
        try:
            self.rabbitmq.launch()
            self.postgres.launch()
            self.postgres.wait_ready()
            self.rabbitmq.wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both cleanly."""
        self.postgres.halt()
        self.rabbitmq.halt()


def make(
    folder: Path,
    ports: dict[str, int],
    passwords: dict[str, str],
    definitions: dict[str, Any],
    *,
    fast: bool = False,
) -> Servers:
    """Return the servers with their data in `folder`; `definitions` are the broker's vhosts and logins."""
    rabbitmq = RabbitMQ(
        folder / "rabbitmq",
        port=ports["amqp"],
        dist_port=ports["dist"],
        epmd_port=ports["epmd"],
        password=passwords["broker_admin"],
        cookie=passwords["cookie"],
        definitions=definitions,
    )
    postgres = Postgres(folder / "postgres", ports["postgres"], passwords["postgres_admin"], fast)
    postgres.following = passwords.get(POSTGRES_ADMIN_NEXT, "")
    return Servers(postgres, rabbitmq)
