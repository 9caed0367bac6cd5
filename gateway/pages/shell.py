"""The frame around every page: who acts in which role, the rail, what is unread, whom to call."""

import time
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, url_for
from flask_babel import gettext as _

from contracts.errors import Problem
from gateway import device
from gateway.ask import ask, present
from gateway.pages import menu
from gateway.parts import parts

# The frame may not hold a page up: without an answer in this time the page comes without it.
_PATIENCE_S = 1.0
_DESK_TRUSTED_S = 300
# Nobody waits again so soon for a directory that is away.
_PAUSE_S = 10


@dataclass(frozen=True)
class Shell:
    """What the frame shows."""

    is_demo: bool
    person: dict[str, Any] | None = None
    acting: dict[str, Any] = field(default_factory=dict)
    memberships: list[dict[str, Any]] = field(default_factory=list)
    menu: "list[menu.Entry]" = field(default_factory=list)
    unread: int = 0
    offers: int = 0
    stream: str = ""
    counts: str = ""
    desk: dict[str, Any] | None = None
    city: str = ""


def install(app: Flask) -> None:
    """Let every template see its `shell`."""
    app.context_processor(lambda: {"shell": shell(), "device": device.chosen()})


def shell() -> Shell:
    """Return the frame of this request, made once."""
    if "shell" not in g:
        g.shell = _make()
    return g.shell


def _make() -> Shell:
    is_demo = parts().settings.instance == "demo"
    person = _person()
    if person is None:
        desk = _with_hours(desk_of(parts().settings.municipality))
        return Shell(is_demo, desk=desk, city=(desk or {}).get("municipality_name", ""))
    session, acting = person.session, person.session["acting"]
    desk = _with_hours(desk_of(acting.get("municipality", "")))
    counts = _counts(session)
    whose = _whose(acting["role"])
    return Shell(
        is_demo,
        person=session,
        acting=acting,
        memberships=session["memberships"],
        menu=menu.entries(acting["role"], counts),
        unread=counts["unread"],
        offers=counts.get("offers", 0),
        # From here on the stream tells: what came before is counted in this page.
        stream=url_for(
            "api.stream",
            reader=session["account_id"],
            after_seq=counts["last_seq"] if whose == "me" else None,
        ),
        counts=url_for("api.list_inbox", whose=whose, page_size=1),
        desk=desk,
        city=(desk or {}).get("municipality_name", ""),
    )


def _person() -> Any:
    try:
        return present()
    except Problem:
        return None


def _whose(role: str) -> str:
    """Return whose inbox a role begins with."""
    return "office" if role in ("office_manager", "desk") else "me"


def keep_counts(whose: str, answer: dict[str, Any]) -> None:
    """Let the frame use the counts of an inbox that this page has asked for by itself."""
    g.counts = {whose: answer}


def _counts(session: dict[str, Any]) -> dict[str, int]:
    none = {"waiting": 0, "unread": 0, "last_seq": 0}
    is_held = session.get("must_change_password") or session.get("must_add_second_factor")
    if is_held or "fault_id" in g:
        return none
    whose = _whose(session["acting"]["role"])
    if whose in g.get("counts", {}):
        return g.counts[whose]
    asked = {"whose": whose, "page_size": 1}
    try:
        return ask("notify", "list_inbox", asked, timeout_s=_PATIENCE_S)
    except Problem:
        return none


def desk_of(municipality: str) -> dict[str, Any] | None:
    """Return the desk to call: of the municipality, for a visitor the only one there is."""
    desks = parts().desks
    asked_at, known = desks.get(municipality, (-_DESK_TRUSTED_S, None))
    if time.monotonic() - asked_at < _DESK_TRUSTED_S:
        return known
    try:
        desk = _find_desk(municipality)
    except Problem:
        desks[municipality] = (time.monotonic() - _DESK_TRUSTED_S + _PAUSE_S, known)
        return known
    desks[municipality] = (time.monotonic(), desk)
    return desk


def _find_desk(municipality: str) -> dict[str, Any] | None:
    if municipality:
        found = ask("directory", "list_desks", {"municipality": municipality}, timeout_s=_PATIENCE_S)
    else:
        found = ask("directory", "search_facilities", {"kind": "desk", "page_size": 2}, timeout_s=_PATIENCE_S)
        if found["total"] != 1:
            return None
    return found["facilities"][0] if found["facilities"] else None


def _with_hours(desk: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the desk with its hours in words: made for each reader, in the reader's language."""
    if desk is None:
        return None
    spans = desk["hours"]["weekly"].get("mon") or []
    opens = ""
    if spans and not desk["hours"]["is_provisional"]:
        times = {name: text.removeprefix("0") for name, text in spans[0].items()}
        opens = _("平日 %(opens)s–%(closes)s", **times)
    return desk | {"open": opens}
