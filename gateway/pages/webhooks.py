"""お知らせ先: where a system of this office is told of states of handoffs."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.webhooks import TOLD
from gateway.api.webhooks import PATIENCE_S
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.labels import STATES
from gateway.pages.submitting import Outcome, submit, typed
from gateway.pages.system_words import WEBHOOK_REASONS


@pages.get("/office/systems/webhooks/new")
@signed_in("office_manager")
def new_webhook() -> str:
    """Show the form to add one."""
    return new_webhook_page({}, ["acknowledged", "accepted", "declined"], Outcome())


def new_webhook_page(values: dict[str, Any], states: list[str], outcome: Outcome) -> str:
    """Return the form, with what was typed and what is wrong."""
    choices = [(state, str(STATES[state])) for state in TOLD]
    return render_template("webhook_new.html", values=values, chosen=states, outcome=outcome, choices=choices)


@pages.post("/office/systems/webhooks/new")
@signed_in("office_manager")
def add_webhook() -> tuple[str, int] | str:
    """Add one and show its secret, this once."""
    states = request.form.getlist("states")
    given = typed(request.form, "url") | {"states": states}
    outcome = submit("notify", "add_webhook", given, timeout_s=PATIENCE_S)
    if outcome.answer is None:
        return new_webhook_page(request.form.to_dict(), states, outcome), outcome.status
    return render_template(
        "webhook_made.html", hook=outcome.answer["webhook"], secret=outcome.answer["secret"]
    )


@pages.get("/office/systems/webhooks/<webhook_id>")
@signed_in("office_manager")
def webhook(webhook_id: str) -> str:
    """Show one with its last messages."""
    found = ask("notify", "list_webhook_deliveries", {"webhook_id": webhook_id})
    return render_template("webhook.html", hook=found["webhook"], deliveries=found["deliveries"])


@pages.post("/office/systems/webhooks/<webhook_id>/pause")
@signed_in("office_manager")
def pause_webhook(webhook_id: str) -> Response:
    """Send nothing there for a while."""
    ask("notify", "pause_webhook", {"webhook_id": webhook_id})
    flash(_("送信を止めました。"), "ok")
    return redirect(url_for("pages.webhook", webhook_id=webhook_id), 303)


@pages.post("/office/systems/webhooks/<webhook_id>/resume")
@signed_in("office_manager")
def resume_webhook(webhook_id: str) -> Response:
    """Send there again."""
    ask("notify", "resume_webhook", {"webhook_id": webhook_id})
    flash(_("また送ります。待っていたものから送ります。"), "ok")
    return redirect(url_for("pages.webhook", webhook_id=webhook_id), 303)


@pages.post("/office/systems/webhooks/<webhook_id>/remove")
@signed_in("office_manager")
def remove_webhook(webhook_id: str) -> Response:
    """Forget it with its secret."""
    ask("notify", "remove_webhook", {"webhook_id": webhook_id})
    flash(_("お知らせ先を消しました。"), "ok")
    return redirect(url_for("pages.systems"), 303)


@pages.post("/office/systems/webhooks/<webhook_id>/test")
@signed_in("office_manager")
def test_webhook(webhook_id: str) -> Response:
    """Send a test and say what was answered."""
    outcome = submit("notify", "test_webhook", {"webhook_id": webhook_id}, timeout_s=PATIENCE_S)
    if outcome.answer is None:
        flash(outcome.refused, "warn")
    else:
        sent = outcome.answer["delivery"]
        flash(_told(sent), "ok" if sent["state"] == "sent" else "warn")
    return redirect(url_for("pages.webhook", webhook_id=webhook_id), 303)


def _told(sent: dict[str, Any]) -> str:
    if sent["state"] == "sent":
        return _("試しに送りました。%(status)s と答えがありました。", status=sent["status"])
    reason = WEBHOOK_REASONS.get(sent["reason"], sent["reason"])
    if sent["status"]:
        return _(
            "届きましたが、%(status)s と答えがありました（%(reason)s）。",
            status=sent["status"],
            reason=reason,
        )
    return _("届きませんでした（%(reason)s）。", reason=reason)
