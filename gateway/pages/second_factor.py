"""二段階認証: turning the second factor on and off, and its recovery codes."""

from typing import Any

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import Conflict, Invalid, TooMany
from gateway import signing, waiting, words
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages

Page = str | tuple[str, int]


@pages.get("/settings/second-factor")
@signed_in(first_factor=True)
def second_factor() -> str:
    """Show how it stands, and what can be done."""
    return _page()


def _page(form: str = "", refused: str = "", wrong: dict[str, Any] | None = None) -> str:
    """Return the page; `form` is the one that `wrong` is about."""
    state = ask("accounts", "get_second_factor")
    wrongs = {form: wrong} if wrong else {}
    return render_template("second_factor.html", state=state, refused=refused, wrongs=wrongs)


@pages.post("/settings/second-factor")
@signed_in(first_factor=True)
def set_up_second_factor() -> Page:
    """Show the secret for the app: as a picture to be read, and as text."""
    try:
        found = _change("set_up_second_factor", "present")
    except (Invalid, Conflict, TooMany) as problem:
        return _again("setup", problem)
    return _setup_page(found["secret"], found["address"])


def _setup_page(
    secret: str,
    address: str,
    refused: str = "",
    wrong: dict[str, Any] | None = None,
    *,
    is_move: bool = False,
) -> str:
    return render_template(
        "second_factor_new.html",
        secret=secret,
        address=address,
        picture=picture(address),
        refused=refused,
        wrong=wrong or {},
        is_move=is_move,
    )


def picture(address: str) -> str:
    """Return the QR code of an address as the address of an image (`data:`); empty when it is too long."""
    try:
        code = segno.make(address, error="m", micro=False)
    except segno.DataOverflowError:
        return ""
    # On white also where the page is dark: cameras want it so.
    return str(code.svg_data_uri(scale=5, border=4, light="#fff"))


@pages.post("/settings/second-factor/confirmation")
@signed_in(first_factor=True)
def confirm_second_factor() -> Page:
    """Have it count when the code is right, and show the recovery codes; else show the picture again."""
    return _confirm("confirm_second_factor", "setup")


def _confirm(method: str, form: str, *, is_move: bool = False) -> Page:
    # Accounts tells the secret once, so it comes along with the form until a code fits.
    secret, address = request.form.get("secret", ""), request.form.get("address", "")
    try:
        found = _change(method, "code")
    except Invalid as problem:
        return _setup_page(secret, address, wrong=words.told(problem.fields), is_move=is_move), 422
    except TooMany as problem:
        return _setup_page(secret, address, refused=waiting.told(problem), is_move=is_move), 429
    except Conflict as problem:
        return _again(form, problem)
    return _codes_page(found["recovery_codes"])


@pages.post("/settings/second-factor/move")
@signed_in()
def begin_second_factor_move() -> Page:
    """Show the secret for another phone; the present one counts until that has shown a code."""
    try:
        found = _change("begin_second_factor_move", "present", "code")
    except (Invalid, Conflict, TooMany) as problem:
        return _again("move", problem)
    return _setup_page(found["secret"], found["address"], is_move=True)


@pages.post("/settings/second-factor/move/confirmation")
@signed_in()
def confirm_second_factor_move() -> Page:
    """Have the new phone count when its code is right, and show new recovery codes."""
    return _confirm("confirm_second_factor_move", "move", is_move=True)


@pages.post("/settings/second-factor/recovery-codes")
@signed_in()
def renew_recovery_codes() -> Page:
    """Show ten new recovery codes."""
    try:
        found = _change("renew_recovery_codes", "present", "code")
    except (Invalid, Conflict, TooMany) as problem:
        return _again("codes", problem)
    return _codes_page(found["recovery_codes"])


def _codes_page(codes: list[str]) -> str:
    return render_template("recovery_codes.html", codes=codes)


@pages.post("/settings/second-factor/end")
@signed_in()
def end_second_factor() -> Page | Response:
    """Sign in by the password alone from now on."""
    try:
        _change("end_second_factor", "present", "code")
    except (Invalid, Conflict, TooMany) as problem:
        return _again("end", problem)
    flash(_("二段階認証をやめました。"), "ok")
    return redirect(url_for("pages.second_factor"), 303)


@pages.post("/settings/second-factor/reset-seen")
@signed_in(first_factor=True)
def note_reset_seen() -> Response:
    """Stop telling that somebody has ended it."""
    signing.change_own("note_reset_seen", {})
    return redirect(url_for("pages.second_factor"), 303)


def _change(method: str, *names: str) -> dict[str, Any]:
    return signing.change_own(method, {name: request.form.get(name, "") for name in names})


def _again(form: str, problem: Invalid | Conflict | TooMany) -> tuple[str, int]:
    """Show the page again with what is wrong in one of its forms."""
    if isinstance(problem, Invalid):
        return _page(form, wrong=words.told(problem.fields)), 422
    status = 429 if isinstance(problem, TooMany) else 409
    return _page(refused=waiting.told(problem)), status
