"""In front of the door: sign in, an invitation's first password; and the way out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import Conflict, Invalid, NotFound, NotSignedIn, TooMany
from gateway import cookies, kept, signing, waiting, words
from gateway.ask import open_to_all, signed_in
from gateway.inside import is_inside
from gateway.pages.blueprint import pages
from gateway.pages.passwords import check_twice


@pages.get("/sign-in")
@open_to_all
def sign_in() -> str:
    """Show the form; `next` is the page that somebody wanted."""
    return _sign_in_page(request.args.get("next", ""))


@pages.post("/sign-in")
@open_to_all
def do_sign_in() -> Response | tuple[str, int]:
    """Give the browser its session, or say what was wrong. The password is never shown again."""
    wanted = request.form.get("next", "")
    login = request.form.get("login", "").strip()
    response = redirect(_inside(wanted) or url_for("pages.home"), 303)
    writer = kept.writer()
    try:
        session = signing.sign_in(response, login, request.form.get("password", ""))
    except (NotSignedIn, TooMany) as problem:
        status = 429 if isinstance(problem, TooMany) else 401
        return _sign_in_page(wanted, login, refused=waiting.told(problem)), status
    except Invalid as problem:
        return _sign_in_page(wanted, login, wrong=words.told(problem.fields)), 422
    if session is None:
        return _ask_for_code(response, wanted)
    kept.offer_again(response, session["account_id"], writer)
    return response


def _ask_for_code(response: Response, wanted: str) -> Response:
    """Turn the answer to a right password into the page that asks for the second factor."""
    del response.headers["Location"]
    response.status_code = 200
    response.set_data(_code_page(wanted))
    return response


@pages.get("/sign-in/code")
@open_to_all
def sign_in_code() -> Response | str:
    """Ask for the second factor again, after a change of language for example."""
    if cookies.step_digest() is None:
        return redirect(url_for("pages.sign_in"), 303)
    return _code_page(request.args.get("next", ""))


@pages.post("/sign-in/code")
@open_to_all
def answer_second_factor() -> Response | tuple[str, int]:
    """Give the browser its session for the right code, or say what was wrong."""
    wanted = request.form.get("next", "")
    response = redirect(_inside(wanted) or url_for("pages.home"), 303)
    writer = kept.writer()
    try:
        session = signing.answer_second_factor(response, request.form.get("code", ""))
    except Invalid as problem:
        return _code_page(wanted, wrong=words.told(problem.fields)), 422
    except TooMany as problem:
        return _code_page(wanted, refused=waiting.told(problem)), 429
    except NotSignedIn as problem:
        return _sign_in_page(wanted, refused=words.reason(problem.reason)), 401
    kept.offer_again(response, session["account_id"], writer)
    return response


def _code_page(wanted: str, refused: str = "", wrong: dict[str, Any] | None = None) -> str:
    return render_template("sign_in_code.html", next=_inside(wanted), refused=refused, wrong=wrong or {})


def _sign_in_page(
    wanted: str, login: str = "", refused: str = "", wrong: dict[str, Any] | None = None
) -> str:
    return render_template(
        "sign_in.html",
        next=_inside(wanted),
        came_from=_inside(wanted) not in ("", "/"),
        login=login,
        refused=refused,
        wrong=wrong or {},
    )


def _inside(path: str) -> str:
    """Return the path if it stays on this site, else nothing."""
    return path if is_inside(path) else ""


@pages.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    """End the session everywhere it is copied, and forget the token."""
    response = redirect(url_for("pages.sign_in"), 303)
    signing.sign_out(response)
    return response


@pages.post("/role")
@signed_in()
def act_as() -> Response:
    """Act in another of one's own roles from now on."""
    signing.act_as(request.form.get("membership_id", ""))
    return redirect(url_for("pages.home"), 303)


@pages.get("/invitation/<code>")
@open_to_all
def invitation(code: str) -> str:
    """Ask for the first password. Opening this page changes nothing."""
    return _invitation_page(code)


@pages.post("/invitation/<code>")
@open_to_all
def use_invitation(code: str) -> Response | tuple[str, int]:
    """Set the first password and lead to the sign-in."""
    wrong = check_twice(request.form)
    if wrong:
        return _invitation_page(code, wrong), 422
    try:
        signing.set_password({"code": code, "password": request.form["password"]})
    except Invalid as problem:
        told = words.told(problem.fields)
        # A code that is used or too old is no mistake in a field of this page.
        return _invitation_page(code, told, "　".join(told.pop("code", []))), 422
    except (NotFound, Conflict, TooMany) as problem:
        return _invitation_page(code, refused=words.reason(problem.reason)), 409
    flash(_("パスワードが決まりました。サインインしてください。"), "ok")
    return redirect(url_for("pages.sign_in"), 303)


def _invitation_page(code: str, wrong: dict[str, Any] | None = None, refused: str = "") -> str:
    return render_template("invitation.html", code=code, wrong=wrong or {}, refused=refused)
