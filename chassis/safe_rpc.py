"""The consumer of requests that answers without dying.

Nameko's own ends the process when the broker dies while it replies; this one survives, and the broker
delivers the request again.
"""

import logging
import uuid
from typing import Any

import eventlet
from nameko.exceptions import serialize
from nameko.rpc import Rpc, RpcConsumer, get_rpc_exchange

from chassis.post import NobodyThere
from chassis.publish import Outgoing
from chassis.raw_consumer import RawQueueConsumer
from chassis.wire import from_json, to_json

logger = logging.getLogger(__name__)

_MOST_RETURNS = 5


class RequestQueueConsumer(RawQueueConsumer):
    """Reads requests by itself: kombu would look for more in each object than JSON has."""

    def _arrived(self, provider: Any, message: Any) -> None:
        try:
            body = from_json(message.body)
        except ValueError:
            logger.error("request_unreadable", extra={"method": message.delivery_info["routing_key"]})
            self.ack_message(message)
        else:
            self.handle_message(provider, body, message)


class SafeRpcConsumer(RpcConsumer):
    """Answers without dying: what cannot be answered now is delivered again."""

    queue_consumer = RequestQueueConsumer()

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        """Hand the answer to the post; the request is acknowledged once the broker has it."""
        if exc_info is not None:
            # A bug's message may hold values; across the bus goes only what kind of error it was.
            exc_info = (RuntimeError, RuntimeError(exc_info[0].__name__), exc_info[2])
        try:
            answer = self._answer(message, result, exc_info)
            self.container.config["context"].post.send(answer, lambda error: self._sent(message, error))
        except Exception as error:
            self._not_sent(message, error)
        return result, exc_info

    def _answer(self, message: Any, result: Any, exc_info: Any) -> Outgoing:
        error = serialize(exc_info[1]) if exc_info else None
        return Outgoing(
            id=str(uuid.uuid4()),
            exchange=get_rpc_exchange(self.container.config).name,
            routing_key=message.properties["reply_to"],
            body=to_json({"result": result, "error": error}),
            properties={"correlation_id": message.properties["correlation_id"]},
            is_lasting=False,
        )

    def _sent(self, message: Any, error: Exception | None) -> None:
        if error is None or isinstance(error, NobodyThere):
            # Where nobody waits for the answer any more there is nobody to ask again either.
            self.queue_consumer.ack_message(message)
        else:
            eventlet.spawn_n(self._not_sent, message, error)

    def _not_sent(self, message: Any, error: Exception) -> None:
        logger.warning("answer_failed", extra={"reason": type(error).__name__})
        try:
            self._give_back(message)
        except Exception as failure:
            logger.info("message_left_to_broker", extra={"reason": type(failure).__name__})

    def _give_back(self, message: Any) -> None:
        """Have the request come again, unless it has often: perhaps it cannot be answered at all."""
        if int(message.headers.get("x-delivery-count", 0)) >= _MOST_RETURNS:
            logger.error("request_dropped", extra={"method": message.delivery_info["routing_key"]})
            self.queue_consumer.ack_message(message)
            return
        eventlet.sleep(1)
        self.queue_consumer.requeue_message(message)


class SafeRpc(Rpc):
    """The entry point of one method."""

    rpc_consumer = SafeRpcConsumer()
