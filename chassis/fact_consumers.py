"""Taking facts from the broker and telling it which are done.

A message is answered for through the consumer that brought it. Where facts are handled in batches, many
are acknowledged by one frame.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import eventlet

from chassis.raw_consumer import RawQueueConsumer

logger = logging.getLogger(__name__)

_AT_A_STRETCH = 25


class FactQueueConsumer(RawQueueConsumer):
    """Hands facts on unread: one that nobody can read has to be parked."""

    def _arrived(self, provider: Any, message: Any) -> None:
        self.handle_message(provider, message.body, message)

    def done_with(self, messages: Sequence[Any]) -> None:
        """Acknowledge: these are handled, or lie safely elsewhere."""
        for message in messages:
            _tell(message.ack)

    def give_back(self, messages: Sequence[Any]) -> None:
        """Have the broker deliver these again."""
        for message in messages:
            _tell(message.requeue)


class BatchQueueConsumer(FactQueueConsumer):
    """A consumer of its own, since a batch needs more messages at hand than there are workers."""

    prefetch_count = 300

    def __init__(self) -> None:
        super().__init__()
        # Of each channel the messages that nobody has answered for, in the order of their numbers.
        self._open: WeakKeyDictionary[Any, dict[int, Any]] = WeakKeyDictionary()

    def _arrived(self, provider: Any, message: Any) -> None:
        """Hand on without a greenthread for each; gathering never waits."""
        self._open.setdefault(message.channel, {})[message.delivery_tag] = message
        provider.gather(message)
        if message.delivery_tag % _AT_A_STRETCH == 0:
            # A full socket would be read on and on, and nobody else would have a turn.
            eventlet.sleep(0)

    def done_with(self, messages: Sequence[Any]) -> None:
        """Acknowledge up to the first message that is still open by one frame, and the others one by one."""
        of_channel: dict[Any, list[Any]] = {}
        for message in messages:
            of_channel.setdefault(message.channel, []).append(message)
        for channel, its in of_channel.items():
            together, others = self._split(channel, its)
            if together:
                _tell(partial(together[-1].ack, multiple=True))
            super().done_with(others)

    def _split(self, channel: Any, messages: list[Any]) -> tuple[list[Any], list[Any]]:
        """Return those before which no message of the channel is open but themselves, and the others."""
        still_open = self._open.get(channel, {})
        mine = [still_open.pop(m.delivery_tag) for m in messages if m.delivery_tag in still_open]
        first_open = next(iter(still_open), None)
        together = [m for m in mine if first_open is None or m.delivery_tag < first_open]
        together.sort(key=lambda message: message.delivery_tag)
        settled = {message.delivery_tag for message in together}
        return together, [message for message in messages if message.delivery_tag not in settled]

    def give_back(self, messages: Sequence[Any]) -> None:
        for message in messages:
            self._open.get(message.channel, {}).pop(message.delivery_tag, None)
        super().give_back(messages)


def _tell(act: Callable[[], Any]) -> None:
    """Acknowledge or requeue; on a broken connection the broker delivers again by itself."""
    try:
        act()
    except Exception as error:
        logger.info("message_left_to_broker", extra={"reason": type(error).__name__})
