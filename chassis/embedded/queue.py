"""One queue: which messages are ready, which are out, who listens."""

import heapq
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chassis.embedded.rows import Memory, Rows
    from chassis.embedded.session import Session, Subscription


class Queue:
    """Holds ids only; the messages lie on its shelf. `owner` is the session with which it vanishes."""

    def __init__(
        self, name: str, arguments: dict[str, Any], shelf: "Rows | Memory", owner: "Session | None" = None
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.shelf = shelf
        self.owner = owner
        self.out: set[int] = set()
        self.listeners: list[Subscription] = []
        self._ready: set[int] = set()
        self._order: list[int] = []

    def __len__(self) -> int:
        return len(self._ready)

    @property
    def ttl_s(self) -> float | None:
        """How long a message stays at most."""
        ttl_ms = self.arguments.get("x-message-ttl")
        return None if ttl_ms is None else ttl_ms / 1000

    @property
    def delivery_limit(self) -> int | None:
        """How often a message may come back."""
        return self.arguments.get("x-delivery-limit")

    @property
    def next_stop(self) -> tuple[str, str] | None:
        """Exchange and routing key for what dies here; None: it is dropped."""
        exchange = self.arguments.get("x-dead-letter-exchange")
        return None if exchange is None else (exchange, self.arguments["x-dead-letter-routing-key"])

    def put(self, id: int) -> None:
        """Make a message ready at its old place, and wake who listens."""
        self.out.discard(id)
        self._ready.add(id)
        heapq.heappush(self._order, id)
        for listener in self.listeners:
            listener.session.wake()

    def pop(self) -> int | None:
        """Take the oldest that is ready."""
        while self._order:
            id = heapq.heappop(self._order)
            if id in self._ready:
                self._ready.remove(id)
                return id
        return None

    def withdraw(self, id: int) -> bool:
        """Take this one, if it is ready."""
        if id not in self._ready:
            return False
        self._ready.remove(id)
        return True
