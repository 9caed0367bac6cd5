"""What mail servers report of letters that they had taken: RFC 3464. Pure: a mail in, values out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime

from services.notify.channels.email import BOUNCED, EXPIRED, REFUSED
from services.notify.channels.return_path import HEADER

_REPORTS_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
# Subjects of the codes of RFC 3463 that say something of the mailbox or its domain; 0 is "other".
_OF_THE_MAILBOX = ("0", "1", "2", "4")


@dataclass(frozen=True)
class Bounce:
    """One report. `reason` is why the letter is lost, or None while its server goes on trying.

    `addresses` are where the report went, `tokens` what the returned letter says of itself, `at` when the
    report was written, if it says that.
    """

    reason: str | None
    addresses: tuple[str, ...]
    tokens: tuple[str, ...]
    at: datetime | None


def read(mail: Message) -> Bounce | None:
    """Return what a mail reports of a letter; None for every other mail, answers of machines among them."""
    is_report = mail.get_content_type() == "multipart/report"
    if not is_report or _word(mail.get_param("report-type")) != "delivery-status":
        return None
    results = [(_word(block["Action"]), _word(block["Status"])) for block in _blocks(mail)]
    lost = [status for action, status in results if action == "failed"]
    if not lost and not any(action == "delayed" for action, _ in results):
        return None
    return Bounce(
        reason=_reason(lost) if lost else None,
        addresses=tuple(str(value) for name in _REPORTS_TO for value in mail.get_all(name, [])),
        tokens=tuple(_tokens(mail)),
        at=_moment(mail["Date"]),
    )


def _reason(statuses: list[str]) -> str:
    """Return the worst: "failed" is the end also where the code is that of a passing fault."""
    codes = [status.split(".") for status in statuses]
    if any(code[0] == "5" and (code[1:2] or ["0"])[0] in _OF_THE_MAILBOX for code in codes):
        return BOUNCED
    # 5.7 is the server's rule, 5.3, 5.5 and 5.6 its trouble with the letter. Source: RFC 3463, 3.
    return REFUSED if any(code[0] == "5" for code in codes) else EXPIRED


def _blocks(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from part.get_payload()  # type: ignore[misc]


def _tokens(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            part = message_from_bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
        elif part is mail:
            continue
        yield from (str(value) for value in part.get_all(HEADER, []))


def _moment(date: object) -> datetime | None:
    try:
        return parsedate_to_datetime(str(date)).astimezone()
    except (ValueError, OverflowError, OSError, IndexError, TypeError):
        return None


def _word(value: object) -> str:
    """Return the first word of a field without its comment, in lower case."""
    words = str(value or "").partition(";")[0].partition("(")[0].split()
    return words[0].lower() if words else ""
