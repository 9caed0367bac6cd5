"""E-mail by SMTP: one connection for a batch, faults sorted into passing and lasting ones."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from chassis.letters import Letter
from chassis.mail_server import connect
from contracts.errors import Permanent, Transient
from services.notify.channels.return_path import HEADER, ReturnPath
from services.notify.channels.way import NoServer

TIMEOUT_S = 10
# Why one recipient's letter waits while others' go out.
MAILBOX_BUSY = "mailbox_busy"
# Why no other try to one recipient would fare better.
MAILBOX_REFUSED = "mailbox_refused"
# The same, told after the mail server had taken the letter.
BOUNCED = "bounced"
# The next server was not reached for days; that says nothing of the mailbox.
EXPIRED = "mail_expired"
# The server's rules, or the letter as it is.
REFUSED = "mail_refused"


class Mailbox:
    """Sends letters over one connection, which is opened for the first and again when it broke.

    With a return path each letter names itself to whoever sends it back.
    """

    def __init__(self, url: str, sender: str, return_path: ReturnPath | None = None) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self._return_path = return_path
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter, to: str, message_id: str, at: datetime) -> None:
        """Hand one letter to the mail server.

        Raises NoServer, Transient or Permanent. `message_id` is the same at every try, so that a
        mailbox can tell a repeat.
        """
        message = compose(letter, self._sender, to, f"<{message_id}@{self._domain}>", at)
        back_to = None
        if self._return_path is not None:
            token = self._return_path.token_of(message_id)
            message[HEADER], back_to = token, self._return_path.address_of(token)
        with _sorted_faults():
            self._connected().send_message(message, from_addr=back_to)

    @property
    def _domain(self) -> str:
        return self._sender.rpartition("@")[2].strip(">") or "localhost"

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None and _answers(self._server):
            return self._server
        self._server = None
        try:
            self._server = connect(self._url, TIMEOUT_S)
        except (OSError, smtplib.SMTPException) as error:
            raise NoServer("no_mail_server") from error
        return self._server

    def close(self) -> None:
        """End the connection; one that is broken already is left."""
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
        self._server = None


def compose(letter: Letter, sender: str, to: str, message_id: str, at: datetime) -> EmailMessage:
    """Return the mail. It asks machines not to answer it."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = to
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


@contextmanager
def _sorted_faults() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, words = max(error.recipients.values(), key=lambda one: one[0])
        if code < 500:
            raise Transient(MAILBOX_BUSY) from error
        # 5.7 is the server's rule (relaying, a block list) and says nothing of this mailbox.
        # Source: RFC 3463, 3.8.
        raise Permanent(REFUSED if words.startswith(b"5.7.") else MAILBOX_REFUSED) from error
    except smtplib.SMTPDataError as error:
        raise (Permanent(REFUSED) if error.smtp_code >= 500 else Transient("server_busy")) from error
    except smtplib.SMTPNotSupportedError as error:
        # A name before the @ that is not ASCII, and a server that takes no such names.
        raise Permanent(MAILBOX_REFUSED) from error
    except (smtplib.SMTPException, OSError) as error:
        # Refused senders and logins are our settings' fault: once they are right the letters go out.
        raise NoServer("no_mail_server") from error
