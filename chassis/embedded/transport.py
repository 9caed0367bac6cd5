"""kombu's transport for addresses like `embedded:///folder`."""

from pathlib import Path
from typing import Any

import amqp
import eventlet
from kombu.transport import base

from chassis.embedded.channel import Channel
from chassis.embedded.reach import connect


class Link:
    """A connection: a session with the broker, and the channels that listen on it."""

    def __init__(self, folder: Path, client: Any = None) -> None:
        self.session = connect(folder)
        self.client = client
        self.channels: dict[str, Channel] = {}
        self._opened: list[Channel] = []

    @property
    def connected(self) -> bool:
        """Whether the session is open."""
        return self.session.is_open

    def channel(self) -> Channel:
        """Return a new channel."""
        made = Channel(self)
        self._opened.append(made)
        return made

    def drain_events(self, timeout: float | None = None) -> None:
        """Confirm what was published, or hand one message to its consumer. Raises TimeoutError."""
        self._opened = [each for each in self._opened if each.connection is not None]
        if any([each.confirm() for each in self._opened]):
            return
        delivery = self.session.next(timeout)
        if delivery is None:
            raise TimeoutError
        channel = self.channels.get(delivery.tag)
        if channel is not None:
            channel.deliver(delivery)
        # A full queue must not keep those who handle its messages from running.
        eventlet.sleep(0)

    def close(self) -> None:
        """End the session: what was not acknowledged is delivered again."""
        self.session.close()
        for channel in self._opened:
            channel.connection = None
        self.channels.clear()

    collect = close

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


class Transport(base.Transport):
    """Knows the errors of the other broker, so that who catches them need not know which one it is."""

    Connection = Link
    driver_type = driver_name = "embedded"
    default_port = 0
    connection_errors = amqp.Connection.connection_errors
    channel_errors = amqp.Connection.channel_errors
    recoverable_connection_errors = amqp.Connection.recoverable_connection_errors
    recoverable_channel_errors = amqp.Connection.recoverable_channel_errors
    implements = base.Transport.implements.extend(
        asynchronous=False, heartbeats=False, exchange_type=frozenset(["direct", "topic", "fanout"])
    )

    def driver_version(self) -> str:
        return "1"

    def establish_connection(self) -> Link:
        return Link(Path("/") / (self.client.virtual_host or ""), self.client)

    def create_channel(self, connection: Link) -> Channel:
        return connection.channel()

    def drain_events(self, connection: Link, timeout: float | None = None, **how: Any) -> None:
        connection.drain_events(timeout)

    def verify_connection(self, connection: Link) -> bool:
        return connection.connected

    def close_connection(self, connection: Link) -> None:
        connection.client = None
        connection.close()

    def _collect(self, connection: Link | None) -> None:
        if connection is not None:
            connection.close()
