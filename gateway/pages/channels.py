"""知らせる経路: how I am told outside the open page, and a test of it."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.channels import CHANNELS, URGENCIES
from contracts.errors import Problem, TooMany
from gateway import waiting
from gateway.api.channels import PATIENCE_S
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.labels import DELIVERY_REASONS


def my_channels() -> dict[str, Any] | None:
    """Return my channels; None when notify cannot be asked just now, since the settings are worth more."""
    try:
        found: dict[str, Any] = ask("notify", "list_channels", timeout_s=1)
    except Problem:
        return None
    return found


def my_ranks(found: dict[str, Any] | None) -> dict[str, str]:
    """Return the place of each channel as the form names it: {"urgent-email": "1"}."""
    ranks = found["ranks"] if found else []
    chosen = {one["urgency"] for one in ranks}
    first = {
        f"{urgency}-{channel}": "1" for urgency in URGENCIES if urgency not in chosen for channel in CHANNELS
    }
    return first | {f"{one['urgency']}-{one['channel']}": str(one["rank"]) for one in ranks}


@pages.post("/settings/channels/<channel>/test")
@signed_in()
def test_channel(channel: str) -> Response:
    """Send me a test and say what became of it."""
    try:
        told = ask("notify", "test_channel", {"channel": channel}, timeout_s=PATIENCE_S)
    except TooMany as problem:
        flash(waiting.told(problem), "warn")
    else:
        _say(told["reason"])
    return redirect(url_for("pages.settings") + "#channels", 303)


def _say(reason: str | None) -> None:
    if reason is None:
        flash(_("試しに送りました。数分のうちに届くか、確かめてください。"), "ok")
    else:
        why = DELIVERY_REASONS.get(reason, reason)
        flash(_("送れませんでした（%(reason)s）。所属の管理者へ知らせてください。", reason=why), "warn")
