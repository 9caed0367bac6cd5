"""A channel as kombu, Nameko and our own code use it, on a session with the broker of this machine."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import amqp
from amqp.exceptions import error_for_code
from amqp.protocol import queue_declare_ok_t
from kombu.transport import pyamqp
from kombu.transport.base import StdChannel, to_rabbitmq_queue_arguments

from chassis.embedded.parcel import Delivery, Parcel

if TYPE_CHECKING:
    from chassis.embedded.transport import Link

_NO_ROUTE = 312
# Of these properties the values are JSON; others are not used.
_PROPERTIES = (
    "content_type",
    "content_encoding",
    "application_headers",
    "delivery_mode",
    "correlation_id",
    "reply_to",
    "message_id",
)


class Channel(StdChannel):
    """The part of `amqp.Channel` that is used here, with its names and meanings."""

    Message = pyamqp.Message

    def __init__(self, link: "Link") -> None:
        self.connection: Link | None = link
        self.events: dict[str, set[Callable[..., Any]]] = defaultdict(set)
        self._callbacks: dict[str, Callable[[Any], None]] = {}
        self._no_ack: set[str] = set()
        self._prefetch = 0
        self._out: set[int] = set()
        self._confirms = False
        self._published = 0
        self._unconfirmed: list[tuple[int, amqp.Message, Parcel]] = []

    @property
    def _session(self) -> Any:
        if self.connection is None or not self.connection.connected:
            raise ConnectionError("the channel is closed")
        return self.connection.session

    def exchange_declare(self, exchange: str, type: str = "direct", **how: Any) -> None:
        self._session.declare_exchange(exchange, type)

    def queue_declare(
        self,
        queue: str = "",
        passive: bool = False,
        durable: bool = False,
        exclusive: bool = False,
        auto_delete: bool = True,
        nowait: bool = False,
        arguments: dict[str, Any] | None = None,
        **how: Any,
    ) -> Any:
        queue = queue or f"amq.gen-{uuid.uuid4()}"
        ready, listeners = self._session.declare_queue(
            queue, arguments or {}, exclusive=exclusive, passive=passive
        )
        return queue_declare_ok_t(queue, ready, listeners)

    def queue_bind(
        self, queue: str, exchange: str = "", routing_key: str = "", *how: Any, **more: Any
    ) -> None:
        self._session.bind(queue, exchange, routing_key)

    def queue_unbind(self, queue: str, exchange: str, routing_key: str = "", *how: Any, **more: Any) -> None:
        self._session.unbind(queue, exchange, routing_key)

    def prepare_queue_arguments(self, arguments: dict[str, Any], **how: Any) -> Any:
        return to_rabbitmq_queue_arguments(arguments, **how)

    def prepare_message(
        self,
        body: Any,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
    ) -> amqp.Message:
        return amqp.Message(
            body,
            content_type=content_type,
            content_encoding=content_encoding,
            application_headers=headers,
            **properties or {},
        )

    def message_to_python(self, raw_message: Any) -> pyamqp.Message:
        return self.Message(raw_message, channel=self)

    def confirm_select(self, nowait: bool = False) -> None:
        self._confirms = True

    def basic_publish(
        self,
        msg: amqp.Message,
        exchange: str = "",
        routing_key: str = "",
        mandatory: bool = False,
        **how: Any,
    ) -> None:
        """Publish at once; with confirms when events are drained, together with all that waits by then."""
        parcel = _parcel(msg, exchange, routing_key)
        if self._confirms:
            self._published += 1
            self._unconfirmed.append((self._published, msg, parcel))
        elif not self._session.publish([parcel])[0] and mandatory:
            self._return(msg, exchange, routing_key)

    def basic_publish_confirm(
        self,
        msg: amqp.Message,
        exchange: str = "",
        routing_key: str = "",
        mandatory: bool = False,
        **how: Any,
    ) -> None:
        """Publish at once; what no queue takes is told to who listens for returns, or raised."""
        if not self._session.publish([_parcel(msg, exchange, routing_key)])[0] and mandatory:
            self._return(msg, exchange, routing_key)

    def confirm(self) -> bool:
        """Publish what waits, in one step, and tell what became of it; returns whether there was any."""
        waiting, self._unconfirmed = self._unconfirmed, []
        if not waiting:
            return False
        routed = self._session.publish([parcel for _, _, parcel in waiting])
        for (_, msg, parcel), was_taken in zip(waiting, routed, strict=True):
            if not was_taken:
                self._return(msg, parcel.exchange, parcel.routing_key)
        for listener in list(self.events["basic_ack"]):
            listener(waiting[-1][0], True)
        return True

    def _return(self, msg: amqp.Message, exchange: str, routing_key: str) -> None:
        if not self.events["basic_return"]:
            raise _unroutable()
        for listener in list(self.events["basic_return"]):
            listener(_unroutable(), exchange, routing_key, msg)

    def basic_qos(self, prefetch_size: int, prefetch_count: int, a_global: bool = False) -> None:
        self._prefetch = prefetch_count

    def basic_consume(
        self,
        queue: str,
        consumer_tag: str = "",
        no_local: bool = False,
        no_ack: bool = False,
        exclusive: bool = False,
        nowait: bool = False,
        callback: Callable[[Any], None] | None = None,
        **how: Any,
    ) -> str:
        assert callback is not None
        assert self.connection is not None
        tag = consumer_tag or uuid.uuid4().hex
        self._session.subscribe(tag, queue, bool(no_ack), self._prefetch)
        self._callbacks[tag] = callback
        if no_ack:
            self._no_ack.add(tag)
        self.connection.channels[tag] = self
        return tag

    def basic_cancel(self, consumer_tag: str, **how: Any) -> None:
        self._callbacks.pop(consumer_tag, None)
        if self.connection is not None and self.connection.connected:
            self.connection.channels.pop(consumer_tag, None)
            self._session.cancel(consumer_tag)

    def basic_get(self, queue: str = "", no_ack: bool = False, **how: Any) -> amqp.Message | None:
        delivery = self._session.get(queue, no_ack)
        if delivery is None:
            return None
        if not no_ack:
            self._out.add(delivery.number)
        return _message(self, delivery)

    def deliver(self, delivery: Delivery) -> None:
        """Give a message to its consumer."""
        if delivery.tag not in self._no_ack:
            self._out.add(delivery.number)
        self._callbacks[delivery.tag](_message(self, delivery))

    def basic_ack(self, delivery_tag: int, multiple: bool = False, **how: Any) -> None:
        up_to = [number for number in self._out if number < delivery_tag] if multiple else []
        for number in [*sorted(up_to), delivery_tag]:
            self._out.discard(number)
            self._session.ack(number)

    def basic_reject(self, delivery_tag: int, requeue: bool = False, **how: Any) -> None:
        self._out.discard(delivery_tag)
        (self._session.give_back if requeue else self._session.refuse)(delivery_tag)

    def flow(self, active: bool) -> None:
        return None

    def __enter__(self) -> "Channel":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def close(self) -> None:
        """End the channel's consumers and put back what it has not acknowledged."""
        for tag in list(self._callbacks):
            self.basic_cancel(tag)
        link, self.connection = self.connection, None
        if link is not None and link.connected:
            for number in sorted(self._out):
                link.session.give_back(number)


def _parcel(msg: amqp.Message, exchange: str, routing_key: str) -> Parcel:
    body = msg.body.encode() if isinstance(msg.body, str) else bytes(msg.body)
    known = {name: msg.properties[name] for name in _PROPERTIES if msg.properties.get(name) is not None}
    return Parcel(exchange, routing_key, body, known)


def _message(channel: Channel, delivery: Delivery) -> amqp.Message:
    parcel = delivery.parcel
    headers = dict(parcel.headers)
    if parcel.deliveries:
        headers["x-delivery-count"] = parcel.deliveries
    message = amqp.Message(
        parcel.body, channel=channel, **{**parcel.properties, "application_headers": headers}
    )
    message.delivery_info = {
        "consumer_tag": delivery.tag,
        "delivery_tag": delivery.number,
        "redelivered": parcel.deliveries > 0,
        "exchange": parcel.exchange,
        "routing_key": parcel.routing_key,
    }
    return message


def _unroutable() -> Exception:
    error: Exception = error_for_code(_NO_ROUTE, "NO_ROUTE", (50, 60), amqp.ChannelError)
    return error
