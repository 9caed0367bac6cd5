"""The mailbox to which letters go back: each new mail once, and what was ours is taken out of it."""

import imaplib
import logging
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from urllib.parse import urlsplit

from imap_tools import AND, BaseMailBox, ImapToolsError, MailMessageFlags

from chassis.mail_inbox import open_mailbox

logger = logging.getLogger(__name__)

TIMEOUT_S = 10
AT_ONCE = 50
# A report holds a letter of ours and some words. What is longer is none.
_LONGEST = 300_000

# What becomes of a mail: it is done with and goes, it is not ours and stays, or it is looked at again.
DONE, OTHERS, LATER = "done", "others", "later"

Unread = (OSError, imaplib.IMAP4.error, ImapToolsError)


def look(url: str, take: Callable[[Message], str]) -> int:
    """Let `take` see each unread mail, the oldest first; returns how many there were.

    `take` answers DONE, OTHERS or LATER. Nothing is removed before it has answered. A mail that makes it fail
    stays in the mailbox and is passed over from then on. Raises one of `Unread`.
    """
    box = open_mailbox(urlsplit(url), TIMEOUT_S)
    try:
        return _look(box, take)
    finally:
        _leave(box)


def _leave(box: BaseMailBox) -> None:
    with suppress(*Unread):
        box.logout()


def _look(box: BaseMailBox, take: Callable[[Message], str]) -> int:
    unread = box.uids(AND(seen=False, size_lt=_LONGEST))[:AT_ONCE]
    for uid in unread:
        _clear(box, uid, _taken(box, uid, take))
    return len(unread)


def _taken(box: BaseMailBox, uid: str, take: Callable[[Message], str]) -> str:
    try:
        for mail in box.fetch(uid_list=[uid], mark_seen=False):
            return take(mail.obj)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # Written by whoever likes: parts in parts without end, bytes that are no letters.
        logger.warning("bounce_broke", extra={"reason": type(error).__name__})
        return OTHERS
    return LATER


def _clear(box: BaseMailBox, uid: str, answer: str) -> None:
    if answer == DONE:
        box.delete(uid)
    elif answer == OTHERS:
        box.flag(uid, MailMessageFlags.SEEN, True)
