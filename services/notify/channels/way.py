"""What every channel outside is: a name, and how it hands one message to somebody. One file for each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.errors import Permanent, Transient


class NoServer(Transient):
    """The channel itself cannot be used now; no other message would fare better."""


@dataclass(frozen=True)
class Item:
    """What a channel may say of one handoff. It has no place for a person.

    `link` makes a link, once it is sure that somebody will have it.
    """

    office: str
    kind: str
    code: str
    link: Callable[[], str]


@dataclass(frozen=True)
class Message:
    """What one person is told at once, of one handoff or of several, and when and how urgently.

    `id` is the same at every try, so that the other side can tell a repeat; `topic` is the same of all
    messages about one handoff. `inbox` is where all of them are.
    """

    id: str
    topic: str
    urgency: str
    items: tuple[Item, ...]
    inbox: str
    at: datetime


class Off:
    """A channel that this instance does not have now: what was to go by it goes by the next one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, message: Message, account_id: str) -> None:
        """Raise Permanent."""
        raise Permanent("off")

    def close(self) -> None:
        """There is nothing to end."""


class Way(Protocol):
    """One channel."""

    name: str

    def send(self, message: Message, account_id: str) -> None:
        """Hand a message over for somebody. Raises NoServer, Transient, or Permanent when no try can help."""

    def close(self) -> None:
        """End what was opened for a batch."""
