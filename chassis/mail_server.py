"""The mail server that mails are handed to, by its address.

`smtp://[user:password@]host[:port][?starttls=1]`, or `smtps://…` for TLS from the start. A certificate that
this machine does not trust is refused: mails hold codes that open doors.
"""

import smtplib
from ssl import create_default_context
from urllib.parse import SplitResult, parse_qs, unquote

_PORT, _TLS_PORT = 25, 465


def connect(url: SplitResult, timeout_s: float) -> smtplib.SMTP:
    """Return a connection on which mails can be sent. Raises OSError or smtplib.SMTPException."""
    server = reach(url, timeout_s)
    if wants_starttls(url):
        server.starttls(context=create_default_context())
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


def reach(url: SplitResult, timeout_s: float) -> smtplib.SMTP:
    """Return a connection on which nothing has been said yet. Raises OSError or smtplib.SMTPException."""
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        trusted = create_default_context()
        return smtplib.SMTP_SSL(host, url.port or _TLS_PORT, timeout=timeout_s, context=trusted)
    return smtplib.SMTP(host, url.port or _PORT, timeout=timeout_s)


def wants_starttls(url: SplitResult) -> bool:
    """Return whether the address asks for TLS on a connection that begins without."""
    return parse_qs(url.query).get("starttls") == ["1"]
