"""A stay in hospital: revise, plan the discharge, discharge, cancel."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import NotFound
from gateway.ask import ask, signed_in
from gateway.pages import dates
from gateway.pages.blueprint import pages
from gateway.pages.persons import care_manager_of, consent_now
from gateway.pages.submitting import Outcome, moment_of, submit, typed


def _find(person_id: str, stay_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    one = ask("sharing", "get_person", {"person_id": person_id})
    found = next((each for each in one["stays"] if each["stay_id"] == stay_id), None)
    if found is None:
        raise NotFound("stay")
    return one, found


@pages.get("/persons/<person_id>/stays/<stay_id>")
@signed_in("discharge_planner")
def stay(person_id: str, stay_id: str) -> str:
    """Show a stay and what can be done next."""
    return _page(person_id, stay_id, Outcome(), {})


def _page(person_id: str, stay_id: str, outcome: Outcome, values: dict[str, Any]) -> str:
    one, found = _find(person_id, stay_id)
    return render_template(
        "stay.html",
        one=one,
        stay=found,
        consent=consent_now(one),
        manager=care_manager_of(one),
        outcome=outcome,
        values=_values(found) | values,
    )


def _values(found: dict[str, Any]) -> dict[str, Any]:
    values = {name: found.get(name) or "" for name in ("ward", "room", "cause", "destination", "revision")}
    for name in ("admitted_at", "planned_at", "discharged_at"):
        if found.get(name):
            at = dates.moment(found[name])
            values |= {f"{name}_day": at.date().isoformat(), f"{name}_time": at.strftime("%H:%M")}
    return values


@pages.post("/persons/<person_id>/stays/<stay_id>/plan")
@signed_in("discharge_planner")
def plan_discharge(person_id: str, stay_id: str) -> Response | tuple[str, int]:
    """Set or move the day of discharge."""
    given = {"planned_at": moment_of(request.form, "planned_at", "10:00")} | typed(
        request.form, "destination"
    )
    said = _("退院の予定を記録しました。退院前カンファレンスを自動で提案します。")
    return _do("plan_discharge", person_id, stay_id, given, said)


@pages.post("/persons/<person_id>/stays/<stay_id>/revision")
@signed_in("discharge_planner")
def revise_stay(person_id: str, stay_id: str) -> Response | tuple[str, int]:
    """Correct what was entered; the old version is kept."""
    revision = request.form.get("revision", type=int)
    given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in ("ward", "room", "cause")}
    given |= {"revision": revision, "admitted_at": moment_of(request.form, "admitted_at")}
    return _do(
        "revise_stay", person_id, stay_id, given, _("入院の内容を直しました。前の内容も残っています。")
    )


@pages.post("/persons/<person_id>/stays/<stay_id>/discharge")
@signed_in("discharge_planner")
def discharge_person(person_id: str, stay_id: str) -> Response | tuple[str, int]:
    """Record that the person has left."""
    given = {"discharged_at": moment_of(request.form, "discharged_at")}
    return _do("discharge_person", person_id, stay_id, given, _("退院を記録しました。"))


@pages.get("/persons/<person_id>/stays/<stay_id>/cancellation")
@signed_in("discharge_planner")
def cancellation(person_id: str, stay_id: str) -> str:
    """Show the effect of cancelling first. Changes nothing."""
    one, found = _find(person_id, stay_id)
    return render_template("cancellation.html", one=one, stay=found)


@pages.post("/persons/<person_id>/stays/<stay_id>/cancellation")
@signed_in("discharge_planner")
def cancel_stay(person_id: str, stay_id: str) -> Response | tuple[str, int]:
    """Cancel a stay that was entered by mistake."""
    return _do("cancel_stay", person_id, stay_id, {}, _("入院の登録を取り消しました。"))


def _do(
    method: str, person_id: str, stay_id: str, given: dict[str, Any], sentence: str
) -> Response | tuple[str, int]:
    outcome = submit("sharing", method, given | {"stay_id": stay_id})
    if outcome.answer is None:
        return _page(person_id, stay_id, outcome, request.form.to_dict()), outcome.status
    flash(sentence, "ok")
    return redirect(url_for("pages.stay", person_id=person_id, stay_id=stay_id), 303)
