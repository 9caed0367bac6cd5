"""What every channel outside is: a name, and how it hands one message to somebody. One file for each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.errors import Transient


class NoServer(Transient):
    """The channel itself cannot be used now; no other message would fare better."""


@dataclass(frozen=True)
class Message:
    """What a channel may say, and when and how urgently. It has no place for a person.

    `id` is the same at every try, so that the other side can tell a repeat; `topic` is the same of all
    messages about one handoff. `link` makes a link, once it is sure that somebody will have it.
    """

    id: str
    topic: str
    urgency: str
    office: str
    kind: str
    code: str
    link: Callable[[], str]
    at: datetime


class Way(Protocol):
    """One channel."""

    name: str

    def send(self, message: Message, account_id: str) -> None:
        """Hand a message over for somebody. Raises NoServer, Transient, or Permanent when no try can help."""

    def close(self) -> None:
        """End what was opened for a batch."""
