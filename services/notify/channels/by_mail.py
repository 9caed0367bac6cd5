"""Messages as letters, to the address that accounts know at the moment of sending."""

from chassis.letters import Letter
from services.notify.bursts import SHOWN
from services.notify.channels.email import Mailbox
from services.notify.channels.letters import write_letter, write_several
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
        to = address_of(self._contact, account_id)
        self._mailbox.send(letter_of(message, to.language), to.email, message.id, message.at)

    def close(self) -> None:
        """End the connection."""
        self._mailbox.close()


def letter_of(message: Message, language: str) -> Letter:
    """Return the letter of a message; its links are made."""
    first, *others = message.items
    if not others:
        about = {"office": first.office, "kind": first.kind, "code": first.code}
        return write_letter(language=language, **about, link=first.link())
    shown = [{"code": item.code, "link": item.link()} for item in message.items[:SHOWN]]
    return write_several(shown, language=language, count=len(message.items), link=message.inbox)
