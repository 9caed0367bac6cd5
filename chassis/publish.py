"""Publishes a batch of messages and waits once until the broker has taken every one."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import amqp
from kombu import Connection

import chassis.embedded  # noqa: F401  (makes its addresses known to kombu)

CONFIRM_WITHIN_S = 10.0


@dataclass(frozen=True)
class Outgoing:
    """One message to publish. `body` is JSON, or what was found instead; `id` tells it apart in its batch."""

    id: str
    exchange: str
    routing_key: str
    body: str | bytes
    headers: dict[str, Any] = field(default_factory=dict)
    # Of a call: whose answer it is (`correlation_id`), where that is to go (`reply_to`).
    properties: dict[str, str] = field(default_factory=dict)
    # What does not last may vanish with the broker's process: its sender or reader finds another way.
    is_lasting: bool = True


class NotConfirmed(Exception):
    """The broker did not confirm a message in time; it may or may not be there."""


class Refused(NotConfirmed):
    """The broker said of one message at least that it could not keep it."""


class BatchPublisher:
    """One connection on which batches are published. Not for use by two greenthreads at once."""

    def __init__(self, amqp_url: str) -> None:
        self._url = amqp_url
        self._connection: Connection | None = None
        self._link: Any = None
        self._channel: Any = None
        # Which message each number is that the broker has not answered for.
        self._open: dict[int, str] = {}
        # Of the last batch: the ids of those that the broker has not, as far as is known, and of those
        # that no queue took.
        self.unconfirmed: set[str] = set()
        self.returned: set[str] = set()

    def publish(self, batch: Sequence[Outgoing]) -> set[str]:
        """Publish `batch` with one wait; returns the ids of those that no queue took.

        Raises NotConfirmed, or the connection's error; the connection is dropped in both cases and
        `unconfirmed` is to be published again.
        """
        try:
            return self._publish(batch)
        except BaseException:
            self.close()
            raise

    def _publish(self, batch: Sequence[Outgoing]) -> set[str]:
        self.unconfirmed, self.returned, self._open = {message.id for message in batch}, set(), {}
        channel = self._opened()
        assert self._connection is not None
        with _in_one_piece(self._connection.connection):
            for message in batch:
                self._count += 1
                self._open[self._count] = message.id
                channel.basic_publish(
                    _on_the_wire(message), message.exchange, message.routing_key, mandatory=True
                )
        self._wait()
        return self.returned

    def _wait(self) -> None:
        deadline = time.monotonic() + CONFIRM_WITHIN_S
        while self._open:
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotConfirmed("no confirm in time")
            assert self._connection is not None
            self._connection.drain_events(timeout=left)
        if self.unconfirmed:
            raise Refused

    def _opened(self) -> Any:
        if self._channel is None:
            self._connection = Connection(self._url, connect_timeout=5)
            self._link = self._connection.connect()
            _spare_looks(self._link)
            channel = self._connection.channel()
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
            self._channel, self._count = channel, 0
        return self._channel

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self.unconfirmed -= self._settle(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _settle(self, tag: int, multiple: bool) -> set[str]:
        settled = [each for each in self._open if each <= tag] if multiple else [tag]
        return {self._open.pop(each) for each in settled if each in self._open}

    def _on_return(self, error: Exception, exchange: str, routing_key: str, message: Any) -> None:
        self.returned.add(message.properties["message_id"])

    def close(self) -> None:
        """Drop the connection; the next batch opens a new one."""
        link, self._link, self._connection, self._channel = self._link, None, None, None
        if link is not None:
            # Without a word to the broker, which may not answer, or never have answered.
            with contextlib.suppress(OSError):
                link.collect()


def _on_the_wire(message: Outgoing) -> amqp.Message:
    return amqp.Message(
        message.body,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=2 if message.is_lasting else 1,
        message_id=message.id,
        application_headers=message.headers,
        **message.properties,
    )


@contextlib.contextmanager
def _in_one_piece(link: Any) -> Iterator[None]:
    """Hold back what is written inside the block and write it by one system call at its end."""
    transport = getattr(link, "transport", None)
    if transport is None:
        # Inside one process there is nothing to write to.
        yield
        return
    held, write = bytearray(), transport._write
    transport._write = held.extend
    try:
        yield
    finally:
        transport._write = write
    write(held)


def _spare_looks(link: Any) -> None:
    """Keep py-amqp from looking, before each message, whether the broker asks for a pause.

    Whoever publishes here waits for the confirm of each batch, and that waits as long as the broker does.
    """
    properties = getattr(link, "client_properties", {})
    properties.get("capabilities", {}).pop("connection.blocked", None)
