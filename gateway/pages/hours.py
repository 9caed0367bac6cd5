"""営業日と時間: when the office works. The clocks of every handoff to it count by this."""

import re
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.directory import WEEKDAYS
from contracts.errors import NotFound
from gateway.ask import ask, caller, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.day_spans import spans_of, spans_shown, values_of
from gateway.pages.submitting import Outcome, submit
from gateway.parts import parts


@pages.get("/office/hours")
@signed_in("office_manager")
def hours() -> str:
    """Show the hours of my office to be confirmed or changed."""
    return _page(Outcome(), {})


def _page(outcome: Outcome, values: dict[str, Any]) -> str:
    found = ask("directory", "get_facilities", {"facility_ids": [caller().office_id]})["facilities"]
    if not found:
        raise NotFound("facility")
    office = found[0]
    values = values or _values(office["hours"])
    return render_template(
        "hours.html",
        office=office,
        weekdays=WEEKDAYS,
        spans=range(spans_shown(values)),
        outcome=outcome,
        values=values,
    )


def _values(known: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "closes_on_holidays": "yes" if known["closes_on_holidays"] else "",
        "closed_days": "\n".join(known["closed_days"]),
    }
    return values | values_of(known["weekly"])


@pages.post("/office/hours")
@signed_in("office_manager")
def set_hours() -> Response | tuple[str, int]:
    """Say when my office works."""
    days = re.split(r"[\s,、]+", request.form.get("closed_days", "").strip())
    wrong = [text for text in days if text and not _is_day(text)]
    if wrong:
        sentence = _("日付は 2026-12-29 のように、1行に1日で入れてください：%(text)s", text=wrong[0])
        return _page(Outcome(wrong={"closed_days": [sentence]}), request.form.to_dict()), 422
    given = {
        "facility_id": caller().office_id,
        "weekly": {weekday: spans_of(request.form, weekday) for weekday in WEEKDAYS},
        "closes_on_holidays": request.form.get("closes_on_holidays") == "yes",
        "closed_days": sorted({text for text in days if text}),
    }
    outcome = submit("directory", "set_hours", given)
    if outcome.answer is None:
        return _page(_by_day(outcome), request.form.to_dict()), outcome.status
    parts().names.forget_office(caller().office_id or "")
    flash(_("営業日と時間を記録しました。これからの時計は、この時間で数えます。"), "ok")
    return redirect(url_for("pages.hours"), 303)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _by_day(outcome: Outcome) -> Outcome:
    """Return the outcome with what is wrong inside a day told at that day."""
    wrong: dict[str, list[str]] = {}
    for path, sentences in outcome.wrong.items():
        pieces = path.split(".")
        known = next((piece for piece in pieces if piece in WEEKDAYS), pieces[0])
        wrong.setdefault(known, sentences)
    return Outcome(wrong=wrong, refused=outcome.refused)
