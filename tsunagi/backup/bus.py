"""What the bus still holds is of another past: alerts would be raised for handoffs that are not there."""

from pathlib import Path

from amqp.exceptions import AMQPError, NotAllowed
from kombu import Connection

from chassis import queues, topology
from chassis.config import Settings
from chassis.embedded import SCHEME, rows
from tsunagi.backup.refusal import BackupRefused

_CONNECT_S = 5


def check_empty(settings: Settings) -> None:
    """Raise BackupRefused unless every queue of the instance is empty; what is missing is empty, too.

    Programs do not run, so nothing is being handled: what a queue has is what it tells.
    """
    if not settings.amqp_url:
        raise BackupRefused("TSUNAGI_AMQP_URL is not set: a restore has to see that the broker is empty")
    try:
        with Connection(settings.amqp_url, connect_timeout=_CONNECT_S) as connection:
            found = queues.lengths(connection, settings.retry_delays_s)
    except (OSError, AMQPError) as error:
        if isinstance(error, NotAllowed) and "not found" in str(error):
            return  # it has no such virtual host
        raise BackupRefused(
            "the broker cannot be asked: start it with its logins, then restore again"
        ) from error
    if count := sum(length or 0 for length in found.values()):
        raise BackupRefused(
            f"the broker holds {count} messages of what the backup does not know: begin with an empty broker"
            " (docs/operating.md says how), then restore again"
        )


def make_empty(settings: Settings) -> None:
    """Have an embedded instance's queues, all empty; its programs do not run."""
    file = Path(settings.amqp_url.removeprefix(f"{SCHEME}://")) / "bus.db"
    if file.exists():
        rows.forget_messages(file)
    topology.declare(settings.amqp_url, settings.retry_delays_s)
