"""Messages as letters, to the address that accounts know at the moment of sending."""

from services.notify.bursts import SHOWN
from services.notify.channels.email import Mailbox
from services.notify.channels.letters import Letter, write_letter, write_several
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
        self._mailbox.send(_letter(message), address, message.id, message.at)

    def close(self) -> None:
        """End the connection."""
        self._mailbox.close()


def _letter(message: Message) -> Letter:
    first, *others = message.items
    if not others:
        return write_letter(office=first.office, kind=first.kind, code=first.code, link=first.link())
    shown = [{"code": item.code, "link": item.link()} for item in message.items[:SHOWN]]
    return write_several(shown, count=len(message.items), link=message.inbox)
