"""A consumer that hands messages on as bytes: what kombu cannot decode it would drop."""

from abc import abstractmethod
from functools import partial
from typing import Any

from nameko.messaging import QueueConsumer

from chassis.embedded.waiting import Waiting


class RawQueueConsumer(Waiting, QueueConsumer):
    """Whoever derives from it says what is done with each message."""

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        for provider in self._providers:
            consumer = consumer_cls(queues=[provider.queue], on_message=partial(self._arrived, provider))
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[provider] = consumer
        return self._consumers.values()

    @abstractmethod
    def _arrived(self, provider: Any, message: Any) -> None:
        """Read a message and hand it to its provider."""
