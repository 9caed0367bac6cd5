"""Every text of notify as it goes out, written by what sends it, about a handoff that there is not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from chassis.letters import Letter
from contracts.channels import EMAIL, PUSH
from contracts.texts import LANGUAGES
from services.notify.channels.by_mail import letter_of
from services.notify.channels.by_push import notice_of
from services.notify.channels.letters import (
    write_digest,
    write_list,
    write_test,
    write_test_notice,
    write_webhook_letter,
)
from services.notify.channels.way import Item, Message
from services.notify.channels.webhook import body_of

Row = dict[str, Any]

_CODES = ("K4M7-2PX", "K4M8-3RT")
_AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
WEBHOOK = "webhook"


def samples(public_url: str) -> list[Row]:
    """Return them as SampleText; a link stands there as it looks, and leads to nothing."""
    found = [
        {"channel": channel, "text": name, "language": language, "subject": one.subject, "body": one.body}
        for language in LANGUAGES
        for channel, name, one in _texts(language, public_url)
    ]
    return [*found, *_of_webhooks(public_url)]


def _texts(language: str, public_url: str) -> Iterator[tuple[str, str, Letter]]:
    one, two = a_message(1, public_url), a_message(2, public_url)
    about: Row = {"language": language, "count": 2}
    yield EMAIL, "discharge_note", letter_of(one, language)
    yield EMAIL, "several", letter_of(two, language)
    yield EMAIL, "digest", write_digest(_CODES, link=two.inbox, **about)
    yield EMAIL, "list", write_list(_CODES, link=f"{public_url}/desk/unanswered", **about)
    yield EMAIL, "webhook", write_webhook_letter(language=language, webhook_id="…", public_url=public_url)
    yield EMAIL, "test", write_test(language)
    yield PUSH, "notice", notice_of(one, language)
    yield PUSH, "several_notice", notice_of(two, language)
    yield PUSH, "test_notice", write_test_notice(language)


def a_message(count: int, public_url: str) -> Message:
    """Return what somebody is told of so many made-up handoffs, two at most."""
    items = [
        Item("架空総合病院", "discharge_note", code, link=lambda: f"{public_url}/r/…")
        for code in _CODES[:count]
    ]
    return Message("…", "…", "urgent", tuple(items), f"{public_url}/inbox", _AT)


def _of_webhooks(public_url: str) -> list[Row]:
    about = {"handoff_id": "00000000-0000-7000-8000-000000000000", "code": _CODES[0], "happened_at": _AT}
    told = SimpleNamespace(**about, what="sent")
    test = SimpleNamespace(handoff_id=None, code=_CODES[0], happened_at=_AT, what="test")
    return [
        {"channel": WEBHOOK, "text": name, "language": None, "subject": "", "body": body_of(row, public_url)}
        for name, row in (("handoff", told), ("test", test))
    ]
