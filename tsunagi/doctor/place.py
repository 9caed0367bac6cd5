"""Where to look: the settings of an operator's command and, on this machine, the instance's folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chassis import config
from chassis.config import BadSettings, Settings
from tsunagi.doctor import addresses
from tsunagi.instance import Instance

# A service's own: who looks at all is told each one's by its name.
_OF_ONE = ("TSUNAGI_DATABASE_URL", "TSUNAGI_DATABASE_URL_FILE")
# What the checks need: a mistake in any other setting does not keep them from looking.
_NEEDED = ("DATABASE_URL", "AMQP_URL", "SMTP_URL", "BOUNCE_IMAP_URL", "RETRY_DELAYS_S", "CLOCK_FILE")


@dataclass(frozen=True)
class Place:
    """`instance` is None where the environment alone tells, as in a container."""

    environment: Mapping[str, str]
    instance: Instance | None = None

    @classmethod
    def of(cls, instance: Instance) -> "Place":
        """Return the place of an instance on this machine."""
        return cls(instance.admin_environment(), instance)

    def environments(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield whose they are and the settings: of this command, and of each process that is known."""
        yield "operator", {name: value for name, value in self.environment.items() if name not in _OF_ONE}
        if self.instance is not None:
            for name in self.instance.processes:
                yield name, self.instance.environment(name)

    def settings(self, service: str = "operator") -> Settings | None:
        """Return what the checks need, or None when it cannot be read: the check of settings tells that."""
        _, environment = next(self.environments())
        needed = tuple(f"TSUNAGI_{name}" for name in _NEEDED)
        try:
            return config.load(
                service, {name: value for name, value in environment.items() if name.startswith(needed)}
            )
        except BadSettings:
            return None

    def database_url(self, service: str) -> str:
        """Return the address of a service's database, or nothing when there is none that is well-formed."""
        known = self.settings(service)
        return known.database_url if known and not addresses.database_fault(known.database_url) else ""

    def amqp_url(self) -> str:
        """Return the broker's address, or nothing when there is none that is well-formed."""
        known = self.settings()
        return known.amqp_url if known and not addresses.broker_fault(known.amqp_url) else ""

    def smtp_url(self) -> str:
        """Return the mail server's address, or nothing when there is none that is well-formed."""
        known = self.settings()
        return known.smtp_url if known and not addresses.mail_fault(known.smtp_url) else ""

    def bounce_imap_url(self) -> str:
        """Return the address of the mailbox of bounces, or nothing when there is none that is well-formed."""
        known = self.settings()
        return known.bounce_imap_url if known and not addresses.mailbox_fault(known.bounce_imap_url) else ""
