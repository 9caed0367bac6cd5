"""返事のない連絡: what nobody has answered, and when the desk's staff get it by mail."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.roles import DESK
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.submitting import Outcome, submit
from gateway.parts import parts


@pages.get("/desk/unanswered")
@signed_in(DESK)
def unanswered() -> str:
    """Show what nobody has answered, the oldest first."""
    found = ask("notify", "list_unanswered")
    return _page(found, found, Outcome())


@pages.post("/desk/unanswered")
@signed_in(DESK)
def set_list_time() -> Response | tuple[str, int]:
    """Keep when the list comes by mail."""
    outcome = submit("notify", "set_list_time", {"lists_at": request.form.get("lists_at", "").strip()})
    if outcome.answer is None:
        return _page(ask("notify", "list_unanswered"), request.form, outcome), outcome.status
    flash(_("一覧をメールで送る時刻を記録しました。"), "ok")
    return redirect(url_for("pages.unanswered"), 303)


def _page(found: dict[str, Any], values: Mapping[str, Any], outcome: Outcome) -> str:
    ids = {id for one in found["unanswered"] for id in (one["from_office_id"], one["office_id"]) if id}
    offices = parts().names.offices(ids) if ids else {}
    return render_template(
        "unanswered.html", **found, offices=offices, values=values, outcome=outcome, labels=_labels()
    )


def _labels() -> dict[str, str]:
    return {"lists_at": _("送る時刻")}
