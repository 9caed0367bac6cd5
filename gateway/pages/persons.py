"""Persons whom my office may see: search, enter, look at."""

from datetime import date
from math import ceil
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gateway.ask import ask, caller, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.filters import now
from gateway.pages.paging import page_number
from gateway.pages.submitting import Outcome, submit, typed
from gateway.pages.typed_days import typed_day
from gateway.parts import parts

STAFF = ("discharge_planner", "care_manager", "office_manager", "desk")
WRITERS = ("discharge_planner", "care_manager", "desk")
PAGE_SIZE = 50

_NAMES = ("family_name", "given_name", "family_kana", "given_kana")
_PLAIN = (*_NAMES, "sex", "municipality", "address", "phone", "care_level", "care_level_until")


@pages.get("/persons")
@signed_in(*STAFF)
def persons() -> str:
    """List them by kana."""
    return _list("", page_number())


@pages.post("/persons")
@signed_in(*STAFF)
def search_persons() -> str:
    """List those who fit. Changes nothing; sent as a form, so that a name stands in no address."""
    return _list(request.form.get("text", "").strip(), request.form.get("page", 1, type=int))


def _list(text: str, page: int) -> str:
    asked = {"text": text, "page": page}
    answer = ask("sharing", "list_persons", asked)
    size = answer.get("page_size", PAGE_SIZE)
    return render_template("persons.html", **asked, **answer, pages=ceil(answer["total"] / size))


@pages.get("/persons/new")
@signed_in(*WRITERS)
def new_person() -> str:
    """Show the form to enter somebody."""
    return _form({"municipality": caller().municipality}, Outcome())


@pages.post("/persons/new")
@signed_in(*WRITERS)
def add_person() -> Response | tuple[str, int]:
    """Enter somebody, or show what has to be corrected."""
    given = typed(request.form, *_PLAIN)
    born = typed_day(request.form.get("birth_date", ""))
    given["birth_date"] = born.isoformat() if born else None
    outcome = submit("sharing", "add_person", given)
    if outcome.answer is None:
        return _form(request.form.to_dict() | {"born": born}, _with_birth(outcome, born)), outcome.status
    flash(_("登録しました。次に、同意と担当のケアマネジャーを記録してください。"), "ok")
    return redirect(url_for("pages.person", person_id=outcome.answer["person_id"]), 303)


def _with_birth(outcome: Outcome, born: date | None) -> Outcome:
    if born is not None or not outcome.wrong:
        return outcome
    sentence = [_("年、月、日を、元号か西暦で入れてください（例：昭和19年4月12日、S19.4.12、1944/4/12）。")]
    return Outcome(wrong=outcome.wrong | {"birth_date": sentence})


def _form(values: dict[str, Any], outcome: Outcome) -> str:
    return render_template("person_new.html", values=values, outcome=outcome)


@pages.get("/persons/<person_id>")
@signed_in(*STAFF)
def person(person_id: str) -> str:
    """Show somebody: consent, care manager, stays. Opening this is logged."""
    one = ask("sharing", "get_person", {"person_id": person_id})
    manager = care_manager_of(one)
    return render_template(
        "person.html",
        one=one,
        consent=consent_now(one),
        manager=manager,
        offices=parts().names.offices(office_ids(one)),
        today=now(),
        may_write=caller().role in WRITERS,
        is_planner=caller().role == "discharge_planner",
    )


def office_ids(one: dict[str, Any]) -> list[str]:
    """Return the offices on a person's team."""
    return [member["office_id"] for member in one.get("team") or []]


def care_manager_of(one: dict[str, Any]) -> dict[str, Any] | None:
    """Return the team's care manager with names, or None when nobody is chosen."""
    found = next((member for member in one.get("team") or [] if member["role"] == "care_manager"), None)
    if found is None:
        return None
    office = parts().names.offices([found["office_id"]]).get(found["office_id"], {})
    account_id = found.get("account_id")
    name = found.get("name") or parts().names.people([account_id]).get(account_id or "", "")
    return found | {"office_name": office.get("name", ""), "office": office, "name": name}


def consent_now(one: dict[str, Any]) -> dict[str, Any]:
    """Return the consent that holds now, with where to see it; `is_valid` False when none does.

    Without one the link leads those who may record it straight to where they do.
    """
    given = one.get("consent") or {}
    return given | {"is_valid": bool(given), "link": _consent_link(one["person_id"], is_valid=bool(given))}


def _consent_link(person_id: str, *, is_valid: bool) -> str:
    if not is_valid and caller().role in WRITERS:
        return url_for("pages.consent", person_id=person_id)
    return url_for("pages.person", person_id=person_id) + "#consent" if is_valid else ""
