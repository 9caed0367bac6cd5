"""Answers to a handoff: receive, accept, decline, complete; and taking back what was sent."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import Conflict, Invalid
from gateway import words
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.handoffs import RECEIVERS, handoff_page
from gateway.parts import parts


@pages.post("/handoffs/<handoff_id>/acknowledge")
@signed_in(*RECEIVERS)
def acknowledge(handoff_id: str) -> Response:
    """受け取りました, by name."""
    return _answer(
        "acknowledge_handoff", handoff_id, _("受け取りを記録しました。病院の画面に表示されました。")
    )


@pages.post("/handoffs/<handoff_id>/accept")
@signed_in(*RECEIVERS)
def accept(handoff_id: str) -> Response:
    """受け取り、担当します."""
    return _answer("accept_handoff", handoff_id, _("お引き受けを記録しました。病院の画面に表示されました。"))


@pages.post("/handoffs/<handoff_id>/complete")
@signed_in(*RECEIVERS)
def complete(handoff_id: str) -> Response:
    """What the note asked for is done."""
    return _answer("complete_handoff", handoff_id, _("完了を記録しました。病院の画面に表示されました。"))


@pages.post("/handoffs/<handoff_id>/decline")
@signed_in(*RECEIVERS)
def decline(handoff_id: str) -> Response | tuple[str, int]:
    """お受けできません, with a reason; the words that were typed are kept when it does not go."""
    reason, said = request.form.get("reason", ""), request.form.get("words", "")
    if not reason:
        wrong = {"reason": [_("理由を選んでください。")]}
        return handoff_page(handoff_id, wrong, {"words": said}), 422
    try:
        ask("sharing", "decline_handoff", {"handoff_id": handoff_id, "reason": reason, "words": said})
    except Invalid as problem:
        return handoff_page(handoff_id, words.told(problem.fields), {"reason": reason, "words": said}), 422
    except Conflict as problem:
        return _too_late(handoff_id, problem)
    return _told(handoff_id, _("お断りを送りました。病院が、代わりの送り先を決めます。"))


def _answer(method: str, handoff_id: str, sentence: str) -> Response:
    try:
        ask("sharing", method, {"handoff_id": handoff_id})
    except Conflict as problem:
        return _too_late(handoff_id, problem)
    return _told(handoff_id, sentence)


def _told(handoff_id: str, sentence: str) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("pages.handoff", handoff_id=handoff_id), 303)


def _too_late(handoff_id: str, problem: Conflict) -> Response:
    """Show how it stands now: somebody else answered, or it was taken back meanwhile."""
    flash(words.reason(problem.reason), "warn")
    return redirect(url_for("pages.handoff", handoff_id=handoff_id), 303)


@pages.get("/handoffs/<handoff_id>/recall")
@signed_in("discharge_planner")
def recall(handoff_id: str) -> str:
    """Show what taking back means and who has opened it. Changes nothing."""
    one = ask("sharing", "get_handoff", {"handoff_id": handoff_id})
    return render_template("recall.html", one=one, offices=_reading(one))


@pages.post("/handoffs/<handoff_id>/recall")
@signed_in("discharge_planner")
def do_recall(handoff_id: str) -> Response | str:
    """Take it back, and say who had read it."""
    try:
        ask("sharing", "recall_handoff", {"handoff_id": handoff_id, "words": request.form.get("words", "")})
    except Conflict as problem:
        return _too_late(handoff_id, problem)
    told = ask("sharing", "get_handoff", {"handoff_id": handoff_id})
    return render_template("recalled.html", one=told, offices=_reading(told))


def _reading(one: dict[str, Any]) -> dict[str, Any]:
    return parts().names.offices({reader["office_id"] for reader in one.get("readers") or ()})
