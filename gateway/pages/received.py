"""The link of a letter: without signing in, that the office has it. Opening the page changes nothing."""

import hashlib
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from contracts.errors import Conflict, NotFound
from gateway.ask import ask, open_to_all
from gateway.pages.blueprint import pages


@pages.get("/r/<token>")
@open_to_all
def link(token: str) -> str | tuple[str, int]:
    """Show whose letter it is and one button. Machines that follow links find nothing to press."""
    try:
        return _page(token, ask("notify", "get_link", _named(token)))
    except NotFound:
        return _page(token, {"state": "unknown"}), 404


@pages.post("/r/<token>")
@open_to_all
def receive_by_link(token: str) -> str | tuple[str, int]:
    """Say that the office has it."""
    try:
        return _page(token, ask("notify", "receive_by_link", _named(token)), is_done=True)
    except Conflict:
        return _page(token, ask("notify", "get_link", _named(token))), 409
    except NotFound:
        return _page(token, {"state": "unknown"}), 404


def _named(token: str) -> dict[str, str]:
    return {"link": hashlib.sha256(token.encode()).hexdigest()}


def _page(token: str, found: dict[str, Any], *, is_done: bool = False) -> str:
    kinds = {"discharge_note": _("退院・退所の連絡")}
    kind = kinds.get(found.get("kind", ""), "")
    return render_template("received.html", token=token, found=found, kind=kind, is_done=is_done)
