"""自分の設定: the password, who covers for me, when I am away."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts import texts
from contracts.channels import URGENCIES
from contracts.errors import Conflict, Invalid, NotFound, NotSignedIn, TooMany
from gateway import language, signing, waiting, words
from gateway.ask import ask, caller, present, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.channels import my_channels, my_ranks
from gateway.pages.passwords import check_twice
from gateway.pages.submitting import Outcome, submit

# Whoever has clients has somebody who covers for them.
COVERED = ("care_manager", "office_manager", "clinician", "care_worker")


@pages.get("/settings")
@signed_in(first_password=True)
def settings() -> str:
    """Show what one can set for oneself."""
    return settings_page()


def settings_page(
    wrong: dict[str, Any] | None = None,
    refused: str = "",
    outcome: Outcome | None = None,
    values: dict[str, Any] | None = None,
    order: Outcome | None = None,
    address: Outcome | None = None,
) -> str:
    """Return the page; `wrong` and `refused` are about the password, `outcome` about the cover.

    `order` is about that of the channels, `address` about that of mails; `values` are what was typed into the
    form that was refused.
    """
    channels = None if present().session.get("must_change_password", False) else my_channels()
    must_change = present().session.get("must_change_password", False)
    me, colleagues = (None, []) if must_change else my_cover()
    line = None if must_change else me or my_line()[0]
    return render_template(
        "settings.html",
        wrong=wrong or {},
        refused=refused,
        must_change=must_change,
        me=me,
        line=line,
        address=address or Outcome(),
        options=deputy_options(colleagues),
        outcome=outcome or Outcome(),
        values=values or {},
        keys=[] if must_change else _my_keys(),
        channels=channels,
        urgencies=URGENCIES,
        ranks=my_ranks(channels) | (values or {} if order else {}),
        order=order or Outcome(),
        languages=language.LANGUAGES,
        letter_language=texts.known(present().session.get("language")),
    )


def _my_keys() -> list[dict[str, Any]]:
    """Return the keys that act in my name, or would if I agreed."""
    keys = ask("accounts", "list_keys")["keys"]
    open_ones = ("waits", "active", "resting")
    return [key for key in keys if key["account_id"] == caller().account_id and key["state"] in open_ones]


def deputy_options(colleagues: list[dict[str, Any]]) -> list[tuple[str | None, str]]:
    """Return who may stand in, for a list to choose from."""
    return [(None, _("決めない")), *((one["account_id"], one["name"]) for one in colleagues)]


def my_cover() -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return my own line of the office's staff, and who could be my deputy."""
    return my_line() if caller().role in COVERED else (None, [])


def my_line() -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return what the office's staff list says of me, and my active colleagues."""
    who = caller()
    try:
        staff = ask("accounts", "list_staff", {"office_id": who.office_id})["staff"]
    except NotFound:
        return None, []
    me = next((one for one in staff if one["account_id"] == who.account_id and one["role"] == who.role), None)
    others = [one for one in staff if one["account_id"] != who.account_id and one["state"] == "active"]
    return me, others


@pages.post("/settings/password")
@signed_in(first_password=True)
def change_password() -> Response | tuple[str, int]:
    """Change one's own password with the present one."""
    wrong = check_twice(request.form)
    if wrong:
        return settings_page(wrong), 422
    given = {"present": request.form.get("present", ""), "password": request.form["password"]}
    try:
        signing.set_password(given)
    except Invalid as problem:
        return settings_page(words.told(problem.fields)), 422
    except (Conflict, NotSignedIn, TooMany) as problem:
        return settings_page(refused=waiting.told(problem)), 409
    flash(_("パスワードを変えました。"), "ok")
    return redirect(url_for("pages.home"), 303)


@pages.post("/settings/email")
@signed_in()
def set_own_email() -> Response | tuple[str, int]:
    """Put my own address right; nothing typed means that there is none."""
    email = request.form.get("email", "").strip()
    given = {"email": email or None, "present": request.form.get("email_present", "")}
    outcome = submit("accounts", "set_own_email", given)
    if outcome.answer is None:
        return settings_page(address=outcome, values={"email": email}), outcome.status
    flash(_("メールアドレスを記録しました。"), "ok")
    return redirect(url_for("pages.settings") + "#mail", 303)
