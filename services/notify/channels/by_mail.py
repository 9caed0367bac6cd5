"""Messages as letters, to the address that accounts know at the moment of sending."""

from services.notify.channels.email import Mailbox
from services.notify.channels.letters import write_letter
from services.notify.channels.way import Message
from services.notify.contacts import Contact, address_of


class ByMail:
    """The channel `email`; needs a mail server."""

    name = "email"

    def __init__(self, contact: Contact, mailbox: Mailbox) -> None:
        self._contact = contact
        self._mailbox = mailbox

    def send(self, message: Message, account_id: str) -> None:
        """Hand a letter to the mail server."""
        address = address_of(self._contact, account_id)
        letter = write_letter(
            office=message.office, kind=message.kind, code=message.code, link=message.link()
        )
        self._mailbox.send(letter, address, message.id, message.at)

    def close(self) -> None:
        """End the connection."""
        self._mailbox.close()
