"""The mail server, where one is set: it is greeted, and nothing is sent."""

import smtplib
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

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
