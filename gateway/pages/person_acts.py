"""What is recorded about a person: consent given or withdrawn, care manager chosen, admission."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import NotFound
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.dates import day
from gateway.pages.filters import now
from gateway.pages.persons import WRITERS, care_manager_of
from gateway.pages.submitting import Outcome, moment_of, submit, typed

CARE_PLANNING = "430"  # 居宅介護支援


def _get(person_id: str) -> dict[str, Any]:
    return ask("sharing", "get_person", {"person_id": person_id})


def _back(person_id: str, sentence: str) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("pages.person", person_id=person_id), 303)


@pages.get("/persons/<person_id>/consent")
@signed_in(*WRITERS)
def consent(person_id: str) -> str:
    """Ask who explained what to whom, and until when it holds: a year, unless said otherwise."""
    today = day(now())
    until = date(today.year + 1, today.month, min(today.day, 28)) - timedelta(days=1)
    values = {"valid_from": today.isoformat(), "valid_until": until.isoformat(), "given_by": "self"}
    return _consent_form(person_id, values, Outcome())


@pages.post("/persons/<person_id>/consent")
@signed_in(*WRITERS)
def grant_consent(person_id: str) -> Response | tuple[str, int]:
    """Record the consent."""
    given = typed(request.form, "explained_by", "given_by", "valid_from", "valid_until")
    outcome = submit("sharing", "grant_consent", given | {"person_id": person_id})
    if outcome.answer is None:
        return _consent_form(person_id, request.form.to_dict(), outcome), outcome.status
    return _back(person_id, _("同意を記録しました。退院情報を送れます。"))


def _consent_form(person_id: str, values: dict[str, Any], outcome: Outcome) -> str:
    return render_template("consent.html", one=_get(person_id), values=values, outcome=outcome)


@pages.get("/persons/<person_id>/consents/<consent_id>/withdrawal")
@signed_in(*WRITERS)
def withdrawal(person_id: str, consent_id: str) -> str:
    """Show the effect first. Changes nothing."""
    one = _get(person_id)
    found = next((each for each in one["consents"] if each["consent_id"] == consent_id), None)
    if found is None:
        raise NotFound("consent")
    return render_template("withdrawal.html", one=one, consent=found)


@pages.post("/persons/<person_id>/consents/<consent_id>/withdrawal")
@signed_in(*WRITERS)
def withdraw_consent(person_id: str, consent_id: str) -> Response:
    """Withdraw it: reads and sends stop at once."""
    outcome = submit("sharing", "withdraw_consent", {"person_id": person_id, "consent_id": consent_id})
    if outcome.answer is None:
        return _told(person_id, outcome.refused)
    return _back(person_id, _("同意の取り消しを記録しました。いまから見られず、送れません。"))


def _told(person_id: str, sentence: str) -> Response:
    flash(sentence, "warn")
    return redirect(url_for("pages.person", person_id=person_id), 303)


@pages.get("/persons/<person_id>/care-manager")
@signed_in(*WRITERS)
def choose_care_manager(person_id: str) -> str:
    """Search an office first (`text`), then choose somebody there (`office_id`)."""
    one = _get(person_id)
    text, office_id = request.args.get("text", "").strip(), request.args.get("office_id", "")
    return render_template(
        "care_manager.html",
        one=one,
        manager=care_manager_of(one),
        text=text,
        found=_offices(text) if text else None,
        chosen=_office(office_id) if office_id else None,
    )


def _offices(text: str) -> dict[str, Any]:
    """Return offices that plan care, and those whose services include it under another heading."""
    return ask("directory", "search_facilities", {"text": text, "kind": "care_office", "page_size": 20})


def _office(office_id: str) -> dict[str, Any]:
    found = ask("directory", "get_facilities", {"facility_ids": [office_id]})["facilities"]
    if not found:
        raise NotFound("facility")
    return {"facility": found[0], "staff": _care_managers(office_id)}


def _care_managers(office_id: str) -> list[dict[str, Any]]:
    """Return who may be chosen there; an office that does not take part has nobody."""
    try:
        staff = ask("accounts", "list_staff", {"office_id": office_id})["staff"]
    except NotFound:
        return []
    return [one for one in staff if one["role"] == "care_manager" and one["state"] != "suspended"]


@pages.post("/persons/<person_id>/care-manager")
@signed_in(*WRITERS)
def set_care_manager(person_id: str) -> Response:
    """Record who plans the person's care."""
    chosen = {
        "office_id": request.form.get("office_id", ""),
        "account_id": request.form.get("account_id") or None,
    }
    outcome = submit("sharing", "set_care_manager", chosen | {"person_id": person_id})
    if outcome.answer is None:
        sentences = [sentence for told in outcome.wrong.values() for sentence in told]
        return _told(person_id, outcome.refused or "　".join(sentences))
    return _back(person_id, _("担当のケアマネジャーを記録しました。"))


@pages.get("/persons/<person_id>/admission")
@signed_in("discharge_planner")
def admission(person_id: str) -> str:
    """Ask when and where to somebody was admitted."""
    return _admission_form(person_id, {"admitted_at_day": day(now()).isoformat()}, Outcome())


@pages.post("/persons/<person_id>/admission")
@signed_in("discharge_planner")
def admit_person(person_id: str) -> Response | tuple[str, int]:
    """Record the admission and go on to the stay."""
    given = typed(request.form, "ward", "room", "cause")
    given |= {"person_id": person_id, "admitted_at": moment_of(request.form, "admitted_at")}
    outcome = submit("sharing", "admit_person", given)
    if outcome.answer is None:
        return _admission_form(person_id, request.form.to_dict(), outcome), outcome.status
    flash(_("入院を登録しました。退院の予定が決まったら、ここに入れてください。"), "ok")
    return redirect(url_for("pages.stay", person_id=person_id, stay_id=outcome.answer["stay_id"]), 303)


def _admission_form(person_id: str, values: dict[str, Any], outcome: Outcome) -> str:
    return render_template("admission.html", one=_get(person_id), values=values, outcome=outcome)
