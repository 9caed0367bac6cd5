"""The mail server and the mailbox of bounces, where they are set: nothing is sent, and no mail is read."""

import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from imap_tools import ImapToolsError

from chassis.mail_inbox import open_mailbox
from chassis.mail_server import reach, wants_starttls
from tsunagi.doctor.finding import Finding, well, wrong
from tsunagi.doctor.place import Place

_WAIT_S = 4
_REACH = "Check TSUNAGI_SMTP_URL and that this machine may reach the server; until then mails wait."


def mail(place: Place) -> Iterator[Finding]:
    """Say EHLO to the mail server, without signing in."""
    url = place.smtp_url()
    if not url:
        return
    parts = urlsplit(url)
    try:
        with reach(parts, _WAIT_S) as server:
            code, _ = server.ehlo()
            offers_tls = server.has_extn("starttls")
    except ssl.SSLError:
        do = "Give the server a certificate that this machine trusts, or correct TSUNAGI_SMTP_URL."
        yield wrong("mail", "the server speaks no TLS that this machine trusts", do)
    except smtplib.SMTPException as error:
        yield wrong("mail", f"the server does not greet ({type(error).__name__})", _REACH)
    except OSError:
        yield wrong("mail", "the server cannot be reached", _REACH)
    else:
        yield _judged(code, offers_tls or not wants_starttls(parts))


def _judged(code: int, has_what_is_set: bool) -> Finding:
    if code != 250:
        return wrong("mail", f"the server answers EHLO with {code}", _REACH)
    if not has_what_is_set:
        return wrong("mail", "the server offers no STARTTLS, which is set", "Correct TSUNAGI_SMTP_URL.")
    return well("mail", "the server greets")


_OPEN = "Check TSUNAGI_BOUNCE_IMAP_URL; until then nobody hears of mails that come back."


def bounces(place: Place) -> Iterator[Finding]:
    """Sign in to the mailbox of bounces and open its folder."""
    url = place.bounce_imap_url()
    if not url:
        return
    try:
        open_mailbox(urlsplit(url), _WAIT_S).logout()
    except ssl.SSLError:
        do = "Give the server a certificate that this machine trusts, or correct TSUNAGI_BOUNCE_IMAP_URL."
        yield wrong("bounces", "the server of the mailbox speaks no TLS that this machine trusts", do)
    except ImapToolsError as error:
        # Its text may quote what was sent.
        yield wrong("bounces", f"the mailbox does not open ({type(error).__name__})", _OPEN)
    except (OSError, imaplib.IMAP4.error):
        yield wrong("bounces", "the server of the mailbox cannot be reached", _OPEN)
    else:
        yield well("bounces", "the mailbox opens")
