"""The mailbox that is read, by its address.

`imap://user:password@host[:port][/FOLDER][?starttls=1]`, or `imaps://…` for TLS from the start. As with the
server that mails are handed to, a certificate that this machine does not trust is refused.
"""

from ssl import create_default_context
from urllib.parse import SplitResult, unquote

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from chassis.mail_server import wants_starttls

_PORT, _TLS_PORT = 143, 993


def open_mailbox(url: SplitResult, timeout_s: float) -> BaseMailBox:
    """Return the mailbox, signed in, with its folder opened.

    Raises OSError, imaplib.IMAP4.error or imap_tools.ImapToolsError.
    """
    box = reach(url, timeout_s)
    folder = unquote(url.path.strip("/")) or "INBOX"
    try:
        return box.login(unquote(url.username or ""), unquote(url.password or ""), initial_folder=folder)
    except Exception:
        box.client.shutdown()
        raise


def reach(url: SplitResult, timeout_s: float) -> BaseMailBox:
    """Return a connection on which nobody is signed in yet. Raises likewise."""
    host = url.hostname or "localhost"
    if url.scheme == "imaps":
        return MailBox(host, url.port or _TLS_PORT, timeout_s, ssl_context=create_default_context())
    if wants_starttls(url):
        return MailBoxStartTls(host, url.port or _PORT, timeout_s, ssl_context=create_default_context())
    return MailBoxUnencrypted(host, url.port or _PORT, timeout_s)
