"""Where the answers to a process's calls arrive.

An answer is worth something to this process only, and only while its caller waits. So its queue is no
quorum queue as Nameko's own is, vanishes with the connection, and is read without telling the broker
(ADR 20). A caller whose answer is lost repeats the call by its key.
"""

import uuid
from typing import Any

from kombu import Queue
from nameko.messaging import QueueConsumer
from nameko.rpc import RPC_REPLY_QUEUE_TEMPLATE, ReplyListener

from chassis.embedded.waiting import Waiting
from chassis.heartbeats import Beating
from chassis.wire import from_json


class AnswerQueueConsumer(Waiting, Beating, QueueConsumer):
    """Makes a new queue at each connection: the old one may be held until the broker notices its end."""

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        for provider in self._providers:
            self._consumers[provider] = consumer_cls(
                [provider.new_queue()], on_message=provider.arrived, no_ack=True
            )
        return self._consumers.values()


class AnswerListener(ReplyListener):
    """Wakes the caller that waits for an answer."""

    queue_consumer = AnswerQueueConsumer()

    def new_queue(self) -> Queue:
        """Return a queue for the answers that are addressed to this process."""
        name = RPC_REPLY_QUEUE_TEMPLATE.format(self.container.service_name, uuid.uuid4())
        return Queue(
            name,
            exchange=self.queue.exchange,
            routing_key=self.routing_key,
            exclusive=True,
            auto_delete=True,
            durable=False,
        )

    def arrived(self, message: Any) -> None:
        """Hand the answer over; one that nobody waits for any more is dropped."""
        caller = self._reply_events.pop(message.properties.get("correlation_id"), None)
        if caller is None or caller.ready():
            # Nobody waits any more, or its caller has been told that it could not be sent.
            return
        try:
            caller.send(from_json(message.body))
        except ValueError as error:
            caller.send_exception(error)
