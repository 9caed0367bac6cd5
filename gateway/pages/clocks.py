"""The clock of a handoff: what is awaited, until when, what is left or what follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from gateway.pages import dates

ANSWERED = ("acknowledged", "accepted", "completed")


@dataclass(frozen=True)
class Clock:
    """`kind` is "" ahead, today, last (somebody must act), met or gone."""

    kind: str
    what: str
    at: str | None = None
    until: str = ""
    then: str = ""
    left: str = ""


def until(at: str, now: datetime) -> str:
    """今日 15:02 まで."""
    return _("%(moment)s まで", moment=dates.day_and_time(at, now))


def left(at: str, now: datetime) -> str:
    """あと 42分, or that the time has passed."""
    span = dates.moment(at) - now
    return (
        _("あと %(span)s", span=dates.how_long(span)) if span.total_seconds() > 0 else _("時刻を過ぎました")
    )


def for_sender(handoff: dict[str, Any], next_name: str, now: datetime) -> Clock:
    """Return the clock as the sending side sees it."""
    state = handoff["state"]
    if state in ANSWERED:
        return _met(handoff, now)
    if state == "declined":
        return Clock("last", _("代わりの送り先"), until=_("を決めてください"))
    if state == "overdue":
        return Clock("last", _("担当者が未定です"), until=_("電話で確かめてください"))
    if state in ("recalled", "superseded"):
        return Clock("gone", _("終わりました"))
    return _awaited(handoff, next_name, now)


def _met(handoff: dict[str, Any], now: datetime) -> Clock:
    if handoff["state"] == "completed":
        return Clock("met", _("すべて終わりました"))
    at = handoff.get("acknowledged_at") or handoff.get("accepted_at")
    if not at:
        return Clock("met", pgettext("clock", "受け取りました"))
    span = dates.how_long(dates.moment(at) - dates.moment(handoff["sent_at"]))
    return Clock(
        "met",
        pgettext("clock", "受け取りました"),
        at,
        dates.when(at, now),
        _("送信から %(span)s", span=span),
    )


def _awaited(handoff: dict[str, Any], next_name: str, now: datetime) -> Clock:
    kind = "today" if handoff["state"] == "escalated" else ""
    at = handoff.get("next_at")
    if not at:
        return Clock(kind, _("受け取り"), until=_("を待っています"))
    if not next_name:
        return Clock(kind, _("受け取り"), at, until(at, now), left=left(at, now))
    return Clock(kind, _("受け取り"), at, until(at, now), _("次は %(who)s", who=next_name))


def for_receiver(due_at: str | None, next_name: str, is_last: bool, now: datetime) -> Clock:
    """Return the clock as the one who has to answer sees it."""
    if not due_at:
        return Clock("today", _("受け取り"), until=_("をお願いします"))
    follows = _("そのあと %(who)s へ", who=next_name) if next_name else ""
    if is_last:
        follows = _("あなたが最後の段です")
    is_today = dates.day(dates.moment(due_at)) == dates.day(now)
    kind = "last" if dates.moment(due_at) <= now or is_last else "today" if is_today else ""
    return Clock(kind, _("受け取り"), due_at, until(due_at, now), follows, left(due_at, now))
