"""How long a consumer waits for a message before it looks around."""

from collections.abc import Iterator
from typing import Any

from chassis.embedded import is_embedded

# Inside a process nobody has to be told that one lives, and whoever ends the process wakes all who wait.
_LONG_S = 60.0


class Waiting:
    """Comes before kombu's ConsumerMixin, or what derives from it: an idle process wakes up less."""

    amqp_uri: str

    def consume(
        self, limit: int | None = None, timeout: float | None = None, safety_interval: float = 1, **how: Any
    ) -> Iterator[Any]:
        """Yield for each message, as kombu does; with its own pause where there is a connection to keep."""
        pause_s = _LONG_S if is_embedded(self.amqp_uri) else safety_interval
        found: Iterator[Any] = super().consume(limit, timeout, pause_s, **how)  # type: ignore[misc]
        return found
