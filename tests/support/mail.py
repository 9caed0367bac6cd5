"""A mail server that keeps what it gets, and can be told to refuse or to hang up."""

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailCatcher:
    """Listens on 127.0.0.1; `messages` are those taken, oldest first.

    `refuse` answers every mail with this SMTP line instead (e.g. "451 try later", "550 no such box").
    `on_taken` is called once, when the next mail is taken and before its sender is told so.
    """

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.refuse: str | None = None
        self._refused: dict[str, str] = {}
        self.on_taken: Callable[[], None] | None = None
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(each.content, policy=email.policy.default) for each in self.received]

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails for one address."""
        return [mail for mail in self.messages if address in str(mail["To"])]

    def start(self) -> "MailCatcher":
        """Listen, also once more after a stop, at the same port."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self._controller.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    def refuse_to(self, address: str, line: str) -> None:
        """Answer every mail for one address with this SMTP line, until the next `clear`."""
        self._refused[address] = line

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if line := self._refused.get(address):
            return line
        envelope.rcpt_tos.append(address)
        return "250 ok"

    def clear(self) -> None:
        """Forget what came so far and take mail again."""
        self.received.clear()
        self._refused.clear()
        self.refuse = self.on_taken = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        self.received.append(envelope)
        on_taken, self.on_taken = self.on_taken, None
        if on_taken is not None:
            on_taken()
        return "250 taken"


def _free_port() -> int:
    from tsunagi.servers.process import free_ports

    return free_ports(1)[0]
