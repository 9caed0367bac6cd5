"""FAX: the cover sheet to print, and what comes back on it."""

from typing import Any

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug import Response

from contracts.faxes import OUTCOMES
from contracts.roles import DESK, DISCHARGE_PLANNER
from gateway import language
from gateway.ask import caller, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.labels import FAX_OUTCOMES
from gateway.pages.submitting import Outcome, submit
from gateway.parts import parts
from gateway.translating import written_in


@pages.post("/handoffs/<handoff_id>/fax-sheet")
@signed_in(DESK, DISCHARGE_PLANNER)
def make_fax_sheet(handoff_id: str) -> Response | str:
    """Make a cover sheet and show it, this once, to be printed."""
    outcome = submit("notify", "make_fax_sheet", {"handoff_id": handoff_id})
    if outcome.answer and outcome.answer["return_code"]:
        return render_template("fax_sheet.html", **_printed(outcome.answer))
    flash(
        outcome.refused or _("この送付状は、もう作られています。印刷していないときは、作り直してください。"),
        "warn",
    )
    return redirect(url_for("pages.fax_return"), 303)


def _printed(made: dict[str, Any]) -> dict[str, Any]:
    """Return what stands on a sheet. Nothing of it is about a person."""
    sent_by, to = made["from_office_id"], made["sheet"]["office_id"]
    mine = caller().office_id
    offices = parts().names.offices([sent_by, to, mine])
    receiver, sender = offices.get(to, {}), offices.get(sent_by, {})
    words = {
        "one": made,
        "receiver": receiver,
        "sender": sender,
        "mine": offices.get(mine or "", {}),
        "picture": picture(made["link"]) if made["link"] else "",
    }
    return {"one": made, "receiver": receiver, "paper": paper(words)}


def paper(words: dict[str, Any]) -> Markup:
    """Return the sheet itself, in Japanese: who presses the button may read English, who gets it does not."""
    with written_in(language.DEFAULT):
        return Markup(render_template("parts/fax_paper.html", **words))  # noqa: S704


def picture(link: str) -> Markup:
    """Return the 2-D code of a link as SVG that needs no style of its own."""
    code = segno.make(link, error="m", micro=False)
    return Markup(code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704


@pages.get("/fax-returns")
@signed_in(DESK, DISCHARGE_PLANNER)
def fax_return() -> str:
    """Show where to enter what has come back."""
    return fax_return_page(Outcome())


def fax_return_page(outcome: Outcome) -> str:
    """Return the page, with what was typed and what is wrong."""
    choices = [(code, str(FAX_OUTCOMES[code])) for code in OUTCOMES]
    return render_template("fax_return.html", outcome=outcome, values=request.form, choices=choices)


@pages.post("/fax-returns")
@signed_in(DESK, DISCHARGE_PLANNER)
def log_fax_return() -> Response | tuple[str, int]:
    """Keep what has come back."""
    given = {name: request.form.get(name, "") for name in ("return_code", "outcome")}
    outcome = submit("notify", "log_fax_return", given)
    if outcome.answer is None:
        return fax_return_page(outcome), outcome.status
    flash(_told(outcome.answer), "ok")
    return redirect(url_for("pages.fax_return"), 303)


def _told(answer: dict[str, Any]) -> str:
    if answer["sheet"]["outcome"] == "received":
        return _("番号 %(code)s を、事業所が受け取ったと記録しました。", code=answer["code"])
    if caller().role == DESK:
        return _(
            "番号 %(code)s のお断りを記録しました。「誰にも届いていない」で次の対応をしてください。",
            code=answer["code"],
        )
    return _(
        "番号 %(code)s のお断りを記録しました。連携支援センターの一覧に入りました。", code=answer["code"]
    )
