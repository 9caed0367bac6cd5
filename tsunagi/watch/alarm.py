"""How operators are called: by mail over a connection of the watch's own, and by a ping that stops coming."""

import logging
import smtplib
import urllib.request
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from urllib.parse import urlsplit

from chassis.config import BadSettings, Settings
from chassis.mail_server import connect
from tsunagi.doctor.addresses import mail_fault
from tsunagi.watch.trouble import Trouble

logger = logging.getLogger(__name__)

TIMEOUT_S = 15


def check(settings: Settings) -> None:
    """Raise BadSettings when those who are to be mailed could not be."""
    fault = mail_fault(settings.watch_smtp_url)
    if settings.watch_to and fault:
        what = f"TSUNAGI_WATCH_SMTP_URL {fault}" if settings.watch_smtp_url else "there is no mail server"
        raise BadSettings(
            f"TSUNAGI_WATCH_TO names whom to mail, but {what}:"
            " set TSUNAGI_WATCH_SMTP_URL or TSUNAGI_SMTP_URL to smtp://HOST:PORT"
        )


def send(settings: Settings, new: list[Trouble], over: list[str]) -> bool:
    """Mail what is new and what is over; returns whether the mail server has it for anybody."""
    codes = {"new": [one.code for one in new], "over": over}
    logger.warning("watch_tells", extra=codes)
    if not settings.watch_to or not settings.watch_smtp_url:
        return True
    try:
        server = connect(urlsplit(settings.watch_smtp_url), TIMEOUT_S)
        with server:
            server.send_message(compose(settings, new, over))
    except (OSError, ValueError, smtplib.SMTPException) as error:
        logger.warning("watch_mail_failed", extra={"reason": type(error).__name__})
        return False
    return True


def compose(settings: Settings, new: list[Trouble], over: list[str]) -> EmailMessage:
    """Return the mail: what is wrong, what to do, and what is over. Nothing in it is about a person."""
    mail = EmailMessage()
    mail["Subject"] = _subject(new, over)
    mail["From"] = settings.mail_from
    mail["To"] = ", ".join(settings.watch_to)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2].strip(">") or "localhost")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join([settings.public_url, *map(_in_words, new), *map(_is_over, over)]) + "\n")
    return mail


def _subject(new: list[Trouble], over: list[str]) -> str:
    if new:
        return f"【つなぎ】すぐに見てください：{len(new)}件 / Tsunagi: {len(new)} to look at now"
    return f"【つなぎ】戻りました：{len(over)}件 / Tsunagi: {len(over)} well again"


def _in_words(one: Trouble) -> str:
    return "\n".join([f"■ {one.says[0]}", f"→ {one.do[0]}", one.says[1], f"→ {one.do[1]}", f"[{one.code}]"])


def _is_over(code: str) -> str:
    return f"□ 戻りました / Well again: [{code}]"


def ping(url: str) -> bool:
    """Give the sign of life whose absence is an alarm elsewhere; returns whether it was taken."""
    try:
        request = urllib.request.Request(url, data=b"")  # noqa: S310
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return bool(answer.status < 400)
    except (OSError, ValueError, HTTPException) as error:
        logger.warning("watch_ping_failed", extra={"reason": type(error).__name__})
        return False
