"""The discharge note: choose whose, write it, confirm, send."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import Conflict, Invalid
from gateway import words
from gateway.ask import ask, signed_in
from gateway.pages import form_words, note_form, note_view, receivers
from gateway.pages.blueprint import pages
from gateway.pages.board import all_of, stays_of, stays_page
from gateway.pages.persons import consent_now

PLANNER = "discharge_planner"


@pages.get("/notes")
@signed_in(PLANNER)
def choose_stay() -> str:
    """Ask whose note: those in hospital, drafts first."""
    answer = stays_page("sent")
    return render_template("choose_stay.html", drafts=answer["drafts"], **stays_of(answer))


@pages.get("/stays/<stay_id>/note")
@signed_in(PLANNER)
def note(stay_id: str) -> str | Response:
    """Show the form with what is known already; `check` marks what is still missing."""
    try:
        known = _note(stay_id)
    except Conflict as problem:
        return _not_now(stay_id, problem)
    return _page(known, check="check" in request.args)


def _not_now(stay_id: str, problem: Conflict) -> Response:
    """Lead to the person, where the consent is recorded without which nothing is written."""
    person = next((stay["person"] for stay in all_of("stays", "sent") if stay["stay_id"] == stay_id), None)
    if person is None or problem.reason != "consent_missing":
        raise problem
    flash(words.reason(problem.reason), "warn")
    return redirect(url_for("pages.person", person_id=person["person_id"]) + "#consent", 303)


def _note(stay_id: str) -> dict[str, Any]:
    return ask("sharing", "get_note", {"stay_id": stay_id})


def _page(
    known: dict[str, Any],
    check: bool = False,
    typed: dict[str, Any] | None = None,
    wrong: dict[str, list[str]] | None = None,
    refused: str = "",
) -> str:
    form = form_words.load(known["form"])
    content = known["draft"]["content"] | (typed or {})
    return render_template(
        "note.html",
        known=known,
        form=form,
        sections=note_form.sections(form, content),
        content=content,
        missing=note_form.missing(form, content),
        sources=known["draft"].get("sources") or known.get("sources") or {},
        check=check,
        wrong=wrong or {},
        refused=refused,
        consent=consent_now(known["person"]),
        receiver=receivers.described(known["receiver"]),
    )


@pages.post("/stays/<stay_id>/note")
@signed_in(PLANNER)
def save_note(stay_id: str) -> Response | tuple[str, int]:
    """Save what was typed, then go where the button says: stay, check, or send with gaps."""
    form = form_words.load(note_view.DEFAULT_FORM)
    do = request.form.get("do", "save")
    typed = note_form.typed(form, request.form, do)
    try:
        saved = _save(stay_id, typed)
    except Conflict as problem:
        return _page(_note(stay_id), False, typed, refused=words.reason(problem.reason)), 409
    if saved["errors"]:
        return _page(_note(stay_id), True, typed, words.told(saved["errors"])), 422
    return _next(stay_id, do, saved)


def _save(stay_id: str, content: dict[str, Any]) -> dict[str, Any]:
    revision = request.form.get("revision", type=int)
    return ask("sharing", "save_draft", {"stay_id": stay_id, "revision": revision, "content": content})


def _next(stay_id: str, do: str, saved: dict[str, Any]) -> Response:
    if do == "later" or (do == "check" and not saved["missing"]):
        return redirect(
            url_for("pages.confirm_note", stay_id=stay_id, later=1 if do == "later" else None), 303
        )
    if do == "check":
        return redirect(url_for("pages.note", stay_id=stay_id, check=1) + "#missing", 303)
    if do == "close":
        flash(_("下書きを保存しました。まだ送られていません。"), "ok")
        return redirect(url_for("pages.board"), 303)
    field = do.partition(":")[2]
    if not field:
        flash(_("下書きを保存しました。まだ送られていません。"), "ok")
    return redirect(url_for("pages.note", stay_id=stay_id) + (f"#{field}" if field else ""), 303)


@pages.get("/stays/<stay_id>/note/confirm")
@signed_in(PLANNER)
def confirm_note(stay_id: str) -> str | Response:
    """Show the full text, the receiver and the ladder to come. Nothing is sent yet."""
    return _confirm(stay_id, "later" in request.args)


def _confirm(stay_id: str, later: bool, refused: str = "", urgency: str = "today") -> str | Response:
    known = _note(stay_id)
    form, content = form_words.load(known["form"]), known["draft"]["content"]
    missing = note_form.missing(form, content)
    if missing and not later:
        return redirect(url_for("pages.note", stay_id=stay_id, check=1) + "#missing", 303)
    return render_template(
        "note_confirm.html",
        known=known,
        form=form,
        parts=note_view.parts_of(form, content, []),
        missing=missing,
        later=later,
        receiver=receivers.described(known["receiver"]),
        ladders=receivers.ladders_to_come(known["receiver"]),
        refused=refused,
        urgency=urgency,
    )


@pages.post("/stays/<stay_id>/note/send")
@signed_in(PLANNER)
def send_note(stay_id: str) -> Response | tuple[str | Response, int]:
    """Send it. Pressed twice, it is sent once."""
    later, urgency = request.form.get("later") == "1", request.form.get("urgency", "today")
    try:
        handoff = ask("sharing", "send_note", {"stay_id": stay_id, "urgency": urgency, "later": later})
    except Invalid:
        return redirect(url_for("pages.note", stay_id=stay_id, check=1) + "#missing", 303)
    except Conflict as problem:
        return _confirm(stay_id, later, words.reason(problem.reason), urgency), 409
    flash(_("送りました。相手の画面に届いたかどうかは、下の「連絡の行方」に出ます。"), "ok")
    return redirect(url_for("pages.handoff", handoff_id=handoff["handoff_id"]), 303)
