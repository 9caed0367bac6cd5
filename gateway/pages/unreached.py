"""誰にも届いていない: what no channel has brought to anybody, and the call that the desk makes then."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.roles import DESK, OPERATOR
from contracts.unreached import OUTCOMES
from gateway.ask import ask, caller, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.labels import CALL_OUTCOMES
from gateway.pages.submitting import Outcome, moment_of, submit
from gateway.parts import parts


@pages.get("/unreached")
@signed_in(DESK, OPERATOR)
def unreached() -> str:
    """Show what reached nobody, with what was tried and why it failed."""
    found = ask("notify", "list_unreached")["unreached"]
    return render_template("unreached.html", found=_named(found), may_call=_may_call())


@pages.get("/unreached/<alert_id>")
@signed_in(DESK)
def unreached_call(alert_id: str) -> str:
    """Show whom to call and what to say."""
    return call_page(alert_id, Outcome())


def call_page(alert_id: str, outcome: Outcome) -> str:
    """Return the page, with what was typed and what is wrong."""
    (one,) = _named([ask("notify", "get_unreached", {"alert_id": alert_id})])
    choices = [(code, str(CALL_OUTCOMES[code])) for code in OUTCOMES]
    return render_template(
        "unreached_call.html", one=one, choices=choices, outcome=outcome, values=request.form
    )


@pages.post("/unreached/<alert_id>")
@signed_in(DESK)
def log_call(alert_id: str) -> Response | tuple[str, int]:
    """Keep what came of the call."""
    given = {"alert_id": alert_id, "outcome": request.form.get("outcome", "")}
    if given["outcome"] == "call_back":
        given["again_at"] = moment_of(request.form, "again_at")
    outcome = submit("notify", "log_call", given)
    if outcome.answer is None:
        return call_page(alert_id, outcome), outcome.status
    flash(_("電話を記録しました。"), "ok")
    return redirect(url_for("pages.unreached"), 303)


def _may_call() -> bool:
    return caller().role == DESK


def _named(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return them with the names of their offices; people's names are for the desk alone."""
    offices = parts().names.offices({id for one in found for id in (one["from_office_id"], one["office_id"])})
    people = parts().names.people(_people_of(found)) if _may_call() else {}
    return [
        one
        | {
            "from_office": offices.get(one["from_office_id"], {}),
            "office": offices.get(one["office_id"], {}),
            "people": people,
        }
        for one in found
    ]


def _people_of(found: list[dict[str, Any]]) -> set[str]:
    asked = {id for one in found for id in one["account_ids"]}
    return asked | {call["called_by"] for one in found for call in one["calls"]}
