"""The entries of the rail, by role; the first four stand on a phone too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

_ON_A_PHONE = 4

_BOARD = ("pages.board", "flow", _("ボード"))
_WRITE = ("pages.choose_stay", "draft", _("書く"))
_PERSONS = ("pages.persons", "people", pgettext("menu", "患者"))
_CLIENTS = ("pages.persons", "people", _("担当の方"))
_SEARCH = ("pages.search", "search", _("さがす"))
_INBOX = ("pages.inbox", "delivered", _("受信箱"))
_OFFICE_INBOX = ("pages.office_inbox", "home", _("事業所あて"))
_STAFF = ("pages.staff", "person", _("職員と代わり"))
_HOURS = ("pages.hours", "clock", _("営業日と時間"))
_ROTA = ("pages.rota", "calendar", _("当番表"))
_SYSTEMS = ("pages.systems", "key", _("ほかのシステム"))
_DESK = ("pages.desk", "warn", _("引き受け手のない連絡"))
_RULES = ("pages.rules", "gear", _("連絡のきまり"))
_UNREACHED = ("pages.unreached", "phone", _("誰にも届いていない"))
_UNANSWERED = ("pages.unanswered", "clock", _("返事のない連絡"))
_STATISTICS = ("pages.statistics", "chart", _("連絡の実績"))
_TEXTS = ("pages.texts", "file", _("通知の文面"))
_OPERATOR = ("pages.operator", "chart", _("稼働状況"))
_DEAD = ("pages.dead_letters", "warn", _("配達不能"))
_AUDIT = ("pages.audit", "file", _("閲覧の記録"))
_NEWS = ("pages.news", "bell", _("お知らせ"))

MENUS = {
    "discharge_planner": (_BOARD, _WRITE, _PERSONS, _SEARCH),
    "care_manager": (_INBOX, _OFFICE_INBOX, _CLIENTS, _SEARCH, _STAFF, _ROTA),
    "office_manager": (_OFFICE_INBOX, _STAFF, _HOURS, _SEARCH, _INBOX, _ROTA, _SYSTEMS, _STATISTICS),
    "desk": (_DESK, _UNREACHED, _PERSONS, _SEARCH, _UNANSWERED, _RULES, _ROTA, _STATISTICS),
    "clinician": (_SEARCH, _NEWS, _ROTA),
    "care_worker": (_SEARCH, _NEWS, _ROTA),
    "operator": (_OPERATOR, _DEAD, _UNREACHED, _TEXTS),
    "auditor": (_AUDIT, _SEARCH),
}
_OTHERS = (_SEARCH, _NEWS)
# The entries that carry a number, and which count it is. What waits stands at the first entry alone.
_COUNTED = {
    "pages.inbox": "waiting",
    "pages.office_inbox": "waiting",
    "pages.desk": "waiting",
    "pages.unreached": "unreached",
}


@dataclass(frozen=True)
class Entry:
    """One line of the rail. `count` None = this entry counts nothing; `counts` is what it counts."""

    href: str
    icon: str
    word: str
    here: bool
    wide: bool
    count: int | None
    counts: str


def first_page(role: str) -> str:
    """Return the endpoint with which a role begins."""
    return str(MENUS.get(role, _OTHERS)[0][0])


def entries(role: str, counts: Mapping[str, Any]) -> list[Entry]:
    """Return the rail of a role; what waits is shown at its first inbox."""
    return [_entry(line, place, counts) for place, line in enumerate(MENUS.get(role, _OTHERS))]


def _entry(line: tuple[str, str, Any], place: int, counts: Mapping[str, Any]) -> Entry:
    endpoint, icon, word = line
    name = _COUNTED.get(endpoint, "")
    is_counted = name in counts and (place == 0 or name != "waiting")
    return Entry(
        href=url_for(endpoint),
        icon=icon,
        word=str(word),
        here=request.endpoint == endpoint,
        wide=place >= _ON_A_PHONE,
        count=counts[name] if is_counted else None,
        counts=name,
    )
