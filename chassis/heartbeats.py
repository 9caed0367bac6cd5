"""Telling the broker that a consumer lives, also while messages keep coming.

kombu does so only after a second without any. Who acknowledges writes often enough without; who does not
would be taken for dead after two minutes of steady work, and its queue with it.
"""

import time
from typing import Any

_EVERY_S = 1.0


class Beating:
    """Comes before kombu's ConsumerMixin, or what derives from it, in the bases of a consumer."""

    _link: Any = None
    _beat_at = 0.0

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **more: Any) -> None:
        self._link = connection
        super().on_consume_ready(connection, channel, consumers, **more)  # type: ignore[misc]

    def on_iteration(self) -> None:
        now = time.monotonic()
        if self._link is not None and now >= self._beat_at:
            self._beat_at = now + _EVERY_S
            self._link.heartbeat_check()
        super().on_iteration()  # type: ignore[misc]
