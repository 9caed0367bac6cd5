"""What narrows an inbox: kept in the address, and nothing of a person is in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from contracts.errors import Problem
from gateway.ask import ask
from gateway.pages import labels
from gateway.parts import parts

SHOWS = ("all", "waiting", "unread", "mine")
_NARROWING = ("urgency", "from_office_id", "arrived_from", "arrived_until")


@dataclass(frozen=True)
class Choice:
    """One of the links above a list; `count` None = it is not counted."""

    href: str
    word: str
    count: int | None
    here: bool


def wanted() -> dict[str, str]:
    """Return what the address asks for; what it cannot mean is left out."""
    show = request.args.get("show", "")
    found = {"show": show} if show in SHOWS else {}
    if request.args.get("urgency") in labels.URGENCIES:
        found["urgency"] = request.args["urgency"]
    if _is_id(request.args.get("from_office_id", "")):
        found["from_office_id"] = request.args["from_office_id"]
    for name in ("arrived_from", "arrived_until"):
        if _is_day(request.args.get(name, "")):
            found[name] = request.args[name]
    return found


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.isascii() and text.replace("-", "").isalnum()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_narrowed(asked: dict[str, str]) -> bool:
    """Return whether more than the links above the list narrows it."""
    return any(name in asked for name in _NARROWING)


def choices(endpoint: str, asked: dict[str, str], counts: dict[str, int]) -> list[Choice]:
    """Return the links above the list, each with how many there are in all."""
    words = {
        "all": _("すべて"),
        "waiting": _("返事待ち"),
        "unread": _("未読"),
        "mine": _("わたしが対応中"),
    }
    kept = {name: value for name, value in asked.items() if name != "show"}
    here = asked.get("show", "all")
    return [
        Choice(
            url_for(endpoint, show=show if show != "all" else None, **kept),
            word,
            counts.get(show),
            show == here,
        )
        for show, word in words.items()
    ]


def senders(whose: str, chosen: str | None) -> list[tuple[str, str]]:
    """Return the offices from which lately something came, for a list to choose from."""
    try:
        ids = ask("notify", "list_senders", {"whose": whose}, timeout_s=1)["office_ids"]
    except Problem:
        ids = []
    known = parts().names.offices({*ids, chosen})
    named = sorted((id_, office["name"]) for id_, office in known.items())
    return [("", _("すべて")), *sorted(named, key=lambda one: one[1])]


def urgencies() -> list[tuple[str, Any]]:
    """Return the degrees of urgency, for a list to choose from."""
    return [("", _("すべて")), *labels.URGENCIES.items()]
