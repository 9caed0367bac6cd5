"""知らせる経路: how I am told outside the open page, and a test of it."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import Problem, TooMany
from gateway import waiting
from gateway.api.channels import PATIENCE_S
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.labels import DELIVERY_REASONS


def my_channels() -> list[dict[str, Any]]:
    """Return my channels; none when notify cannot be asked just now, since the settings are worth more."""
    try:
        found: list[dict[str, Any]] = ask("notify", "list_channels", timeout_s=1)["channels"]
    except Problem:
        return []
    return found


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
