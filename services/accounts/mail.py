"""Hands one e-mail to the mail server."""

import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

from chassis.letters import Letter
from chassis.mail_server import connect
from contracts.errors import Permanent, Transient

_TIMEOUT_S = 20


def compose(letter: Letter, sender: str, to: str) -> EmailMessage:
    """Return the mail. It asks machines not to answer it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def send(smtp_url: str, message: EmailMessage) -> None:
    """Hand over `message`. Raises Transient (try again later) or Permanent (it never will)."""
    try:
        with connect(urlsplit(smtp_url), _TIMEOUT_S) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _by_code("mailbox_refused", min(codes, default=550)) from error
    except smtplib.SMTPResponseException as error:
        raise _by_code("mail_refused", error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Transient("mail_server_away") from error


def _by_code(reason: str, code: int) -> Exception:
    # Source: RFC 5321 4.2.1: 4yz may succeed later, 5yz will not.
    return Permanent(reason) if code >= 500 else Transient(reason)
