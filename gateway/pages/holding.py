"""対応中: a colleague takes a handoff for the office, lets it go, hands it on. No acknowledgement."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import Conflict, Invalid, Problem
from gateway import words
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.handoffs import RECEIVERS, handoff_page
from gateway.pages.holders import holder_of
from gateway.parts import parts

# Where a button stands, and where it leads back to.
BACK = {"me": "pages.inbox", "office": "pages.office_inbox", "desk": "pages.desk"}


@pages.get("/handoffs/<handoff_id>/holder")
@signed_in(*RECEIVERS)
def holder(handoff_id: str) -> str:
    """Show this part of a list or page alone, for open pages that hear of a change."""
    held = holder_of(ask("notify", "get_holding", {"handoff_id": handoff_id}))
    return render_template("parts/holder.html", held=held, back=_back(request.args))


@pages.post("/handoffs/<handoff_id>/take")
@signed_in(*RECEIVERS)
def take(handoff_id: str) -> Response:
    """わたしが対応します. Whoever comes second is told who was first."""
    done = _("対応中にしました。返事を送るまで、期限は止まりません。")
    return _act(handoff_id, "take_alert", done)


@pages.post("/handoffs/<handoff_id>/let-go")
@signed_in(*RECEIVERS)
def let_go(handoff_id: str) -> Response:
    """Nobody is at it any more."""
    return _act(handoff_id, "let_go_alert", _("対応をやめました。ほかの人が対応できます。"))


@pages.post("/handoffs/<handoff_id>/hand-on")
@signed_in(*RECEIVERS)
def hand_on(handoff_id: str) -> Response | tuple[str, int]:
    """Give it to a colleague by name."""
    to = request.form.get("to_account_id", "")
    if not to:
        return handoff_page(handoff_id, {"to_account_id": [_("引き継ぐ人を選んでください。")]}), 422
    try:
        ask("notify", "hand_on_alert", {"handoff_id": handoff_id, "to_account_id": to})
    except Invalid as problem:
        return handoff_page(handoff_id, words.told(problem.fields), {"to_account_id": to}), 422
    except Conflict as problem:
        flash(_refusal(handoff_id, problem), "warn")
    else:
        name = parts().names.people([to]).get(to, "")
        flash(_("%(name)s さんに引き継ぎました。受信箱に知らせました。", name=name), "ok")
    return redirect(url_for("pages.handoff", handoff_id=handoff_id), 303)


def _act(handoff_id: str, method: str, done: str) -> Response:
    try:
        ask("notify", method, {"handoff_id": handoff_id})
    except Conflict as problem:
        flash(_refusal(handoff_id, problem), "warn")
    else:
        flash(done, "ok")
    back = _back(request.form)
    return redirect(url_for(BACK[back]) if back else url_for("pages.handoff", handoff_id=handoff_id), 303)


def _refusal(handoff_id: str, problem: Conflict) -> str:
    """Say who has it, when that is why it was refused."""
    if problem.reason == "held_by_other":
        try:
            held = holder_of(ask("notify", "get_holding", {"handoff_id": handoff_id}))
        except Problem:
            return words.reason(problem.reason)
        if held.name:
            return _("%(name)s さんが、先に対応を始めています。", name=held.name)
    return words.reason(problem.reason)


def _back(given: Any) -> str:
    back = given.get("back", "")
    return back if back in BACK else ""
