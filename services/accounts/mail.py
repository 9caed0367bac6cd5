"""Hands one e-mail to the mail server. Bodies hold a code and a link, never a person's name."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from ssl import create_default_context
from urllib.parse import parse_qs, unquote, urlsplit

from contracts.errors import Permanent, Transient

_TIMEOUT_S = 20


def send(smtp_url: str, message: EmailMessage) -> None:
    """Hand over `message`. Raises Transient (try again later) or Permanent (it never will)."""
    try:
        with _connected(smtp_url) as server:
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


@contextmanager
def _connected(smtp_url: str) -> Iterator[smtplib.SMTP]:
    """`smtp://[user:password@]host:port[?starttls=1]`, or `smtps://` for TLS from the start."""
    url = urlsplit(smtp_url)
    host, kind = url.hostname or "localhost", smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(host, url.port or 25, timeout=_TIMEOUT_S) as server:
        if parse_qs(url.query).get("starttls") == ["1"]:
            server.starttls(context=create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
