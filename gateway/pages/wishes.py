"""知らせる時間: when I want to be written to, what breaks through that, and what it means for a note."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.directory import WEEKDAYS
from gateway.ask import ask, caller, signed_in
from gateway.pages import rule_form, shell, wish_form
from gateway.pages.blueprint import pages
from gateway.pages.day_spans import spans_shown
from gateway.pages.filters import now
from gateway.pages.submitting import Outcome, submit


@pages.get("/settings/wishes")
@signed_in()
def wishes() -> str:
    """Show what I wish, and what becomes of a note by that."""
    values = wish_form.values_of(ask("notify", "get_wishes")["wishes"])
    drawn = _drawn(None)
    return _page(values, drawn, Outcome(wrong=drawn.wrong))


@pages.post("/settings/wishes")
@signed_in()
def set_wishes() -> Response | tuple[str, int]:
    """Do what was pressed: show what it would mean, or keep it."""
    content = wish_form.wishes_of(request.form)
    drawn = _drawn(content)
    if request.form.get("do") != "save":
        return _page(request.form, drawn, Outcome(wrong=drawn.wrong)), drawn.status if drawn.wrong else 200
    outcome = submit("notify", "set_wishes", content)
    if outcome.answer is None:
        told = Outcome(wrong=wish_form.at_fields(outcome.wrong), refused=outcome.refused)
        return _page(request.form, drawn, told), outcome.status
    flash(_("知らせる時間を記録しました。待っている連絡にも、いまから使います。"), "ok")
    return redirect(url_for("pages.wishes"), 303)


def _drawn(content: dict[str, Any] | None) -> Outcome:
    """Return what becomes of a note by these wishes, or by those that are kept."""
    _day, _time, at = rule_form.arrival_of(request.values, now())
    desk = shell.desk_of(caller().municipality) or {}
    asked = {"at": at, "desk_id": desk.get("facility_id"), "content": content}
    outcome = submit("notify", "draw_wishes", asked)
    return Outcome(outcome.answer, wish_form.at_fields(outcome.wrong), outcome.refused)


def _page(values: Mapping[str, Any], drawn: Outcome, outcome: Outcome) -> str:
    day, time, _at = rule_form.arrival_of(request.values, now())
    return render_template(
        "wishes.html",
        weekdays=WEEKDAYS,
        spans=range(spans_shown(values)),
        values=values,
        arrival={"day": day, "time": time},
        letters=drawn.answer["letters"] if drawn.answer else [],
        outcome=outcome,
    )
