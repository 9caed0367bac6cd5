"""当番表: who is on duty at my office, changed by its manager; duties that people swap."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.directory import WEEKDAYS
from contracts.roles import DESK, OFFICE_MANAGER
from gateway.ask import ask, caller, signed_in
from gateway.pages import rota_rows
from gateway.pages.blueprint import pages
from gateway.pages.filters import now
from gateway.pages.submitting import Outcome, submit, typed

_EDITING = (OFFICE_MANAGER, DESK)
# Two forms of one page have the same fields.
_WEEKLY, _SINGLE = "weekly_", "single_"


@pages.get("/office/rota")
@signed_in()
def rota() -> str:
    """Show a week, what is to come, and what may be done about it."""
    return _page(Outcome(), {})


@pages.post("/office/rota/weekly")
@signed_in(*_EDITING)
def add_weekly_duty() -> Response | tuple[str, int]:
    """Put somebody on duty every week."""
    given = _typed(_WEEKLY, "weekday", "begins", "ends", "account_id", "first_day")
    return _edited("add_weekly_duty", given, _WEEKLY, _("毎週の当番を加えました。"))


@pages.post("/office/rota/weekly/<duty_id>/end")
@signed_in(*_EDITING)
def end_weekly_duty(duty_id: str) -> Response | tuple[str, int]:
    """Let a weekly duty be no more."""
    return _edited("end_weekly_duty", {"duty_id": duty_id}, "", _("毎週の当番を消しました。"))


@pages.post("/office/rota/days")
@signed_in(*_EDITING)
def add_single_duty() -> Response | tuple[str, int]:
    """Put somebody else, or nobody, on duty for once."""
    given = {"account_id": None} | _typed(_SINGLE, "day", "begins", "ends", "account_id")
    return _edited("add_single_duty", given, _SINGLE, _("その日の当番を記録しました。"))


@pages.post("/office/rota/days/<duty_id>/removal")
@signed_in(*_EDITING)
def remove_single_duty(duty_id: str) -> Response | tuple[str, int]:
    """Let what was there before hold again."""
    sentence = _("その日だけの当番を消しました。毎週の当番に戻ります。")
    return _edited("remove_single_duty", {"duty_id": duty_id}, "", sentence)


@pages.post("/office/rota/swaps")
@signed_in()
def offer_swap() -> Response | tuple[str, int]:
    """Ask a colleague to take a duty of mine."""
    given = typed(request.form, "from_at", "until_at", "to_account_id")
    return _swapped("offer_swap", given, _("交代を頼みました。相手が引き受けると、当番が替わります。"))


@pages.post("/office/rota/swaps/<swap_id>/answer")
@signed_in()
def answer_swap(swap_id: str) -> Response | tuple[str, int]:
    """Take a colleague's duty, or not."""
    is_accepted = request.form.get("do") == "accept"
    told = _("当番を引き受けました。") if is_accepted else _("交代を断りました。当番は変わりません。")
    return _swapped("answer_swap", {"swap_id": swap_id, "is_accepted": is_accepted}, told)


@pages.post("/office/rota/swaps/<swap_id>/withdrawal")
@signed_in()
def withdraw_swap(swap_id: str) -> Response | tuple[str, int]:
    """Take an offer of mine back."""
    return _swapped("withdraw_swap", {"swap_id": swap_id}, _("交代の申し出を取り下げました。"))


def _typed(prefix: str, *names: str) -> dict[str, Any]:
    found = typed(request.form, *(prefix + name for name in names))
    return {name.removeprefix(prefix): value for name, value in found.items()}


def _edited(method: str, given: dict[str, Any], prefix: str, sentence: str) -> Response | tuple[str, int]:
    outcome = submit("notify", method, given)
    if outcome.answer is None:
        wrong = {prefix + name: sentences for name, sentences in outcome.wrong.items()}
        return _page(replace(outcome, wrong=wrong), request.form), outcome.status
    return _done(sentence)


def _swapped(method: str, given: dict[str, Any], sentence: str) -> Response | tuple[str, int]:
    outcome = submit("notify", method, given)
    if outcome.answer is None:
        # There is a form for each duty: what is wrong is said for the page.
        refused = outcome.refused or next(iter(outcome.wrong.values()))[0]
        return _page(Outcome(refused=refused), {}), outcome.status
    return _done(sentence)


def _done(sentence: str) -> Response:
    flash(sentence, "ok")
    day = _day()
    return redirect(url_for("pages.rota", day=day.isoformat() if day else None), 303)


def _day() -> date | None:
    """Return the day whose week is shown, or None for today's."""
    try:
        day = date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 2900 else None


def _page(outcome: Outcome, values: Mapping[str, str]) -> str:
    found = ask("notify", "get_rota", {"day": _day()})
    names = rota_rows.names_of(found)
    first = date.fromisoformat(found["first_day"])
    return render_template(
        "rota.html",
        rota=found,
        first_day=first,
        week=rota_rows.week(found, first, names),
        around=rota_rows.around(first),
        gaps=[rota_rows.moments(one) for one in rota_rows.soonest(found["gaps"])],
        more_gaps=max(0, len(found["gaps"]) - rota_rows.MOST_GAPS),
        own=[one | {"words": rota_rows.moments(one)} for one in found["own"]],
        swaps=[rota_rows.swap(one, names) for one in found["swaps"]],
        offered=[
            rota_rows.swap(one, names)
            for one in found["swaps"]
            if one["state"] == "waits" and one["to_account_id"] == caller().account_id
        ],
        weekly=[rota_rows.weekly(one, names, now()) for one in found["weekly"]],
        single=[one | {"words": rota_rows.moments(one)} for one in found["single"]],
        names=names,
        members=rota_rows.members(found, names),
        colleagues=[one for one in rota_rows.members(found, names) if one[0] != caller().account_id],
        weekdays=WEEKDAYS,
        me=caller().account_id,
        values=values,
        outcome=outcome,
    )
