"""ほかのシステム: the keys by which systems of this office act in somebody's name."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.keys import KEY_ROLES, LONGEST_LIFE_D
from contracts.scopes import SCOPES
from gateway.ask import ask, caller, signed_in
from gateway.pages import system_words
from gateway.pages.blueprint import pages
from gateway.pages.labels import ROLES
from gateway.pages.submitting import Outcome, submit, typed

_LIVES_D = (30, 90, 180, LONGEST_LIFE_D)


@pages.get("/office/systems")
@signed_in("office_manager")
def systems() -> str:
    """Show which systems of my office have a key."""
    return render_template(
        "systems.html",
        office=caller().office_name,
        keys=ask("accounts", "list_keys")["keys"],
        hooks=ask("notify", "list_webhooks")["webhooks"],
    )


@pages.get("/office/systems/keys/new")
@signed_in("office_manager")
def new_key() -> str:
    """Show the form to make a key."""
    return new_key_page({}, [], Outcome())


def new_key_page(values: dict[str, Any], scopes: list[str], outcome: Outcome) -> str:
    """Return the form, with what was typed and what is wrong."""
    staff = ask("accounts", "list_staff", {"office_id": caller().office_id})["staff"]
    members = [one for one in staff if one["state"] == "active" and one["role"] in KEY_ROLES]
    return render_template(
        "key_new.html",
        values=values,
        chosen=scopes,
        outcome=outcome,
        members=[(one["membership_id"], _member(one)) for one in members],
        scopes=[(scope, str(system_words.SCOPES[scope])) for scope in SCOPES],
        lives=[(str(days), _("%(days)s日", days=days)) for days in _LIVES_D],
    )


def _member(one: dict[str, Any]) -> str:
    return _("%(name)s（%(role)s）", name=one["name"], role=ROLES[one["role"]])


@pages.post("/office/systems/keys/new")
@signed_in("office_manager")
def make_key() -> Response | tuple[str, int] | str:
    """Make a key and show it, this once."""
    scopes = request.form.getlist("scopes")
    given = typed(request.form, "name", "membership_id", "days") | {"scopes": scopes}
    outcome = submit("accounts", "make_key", given)
    if outcome.answer is None:
        return new_key_page(request.form.to_dict(), scopes, outcome), outcome.status
    if outcome.answer["secret"]:
        return render_template("key_made.html", key=outcome.answer["key"], secret=outcome.answer["secret"])
    flash(_("この鍵は、もう作られています。控えていないときは、取り消して作り直してください。"), "warn")
    return redirect(url_for("pages.systems"), 303)


@pages.post("/office/systems/keys/<key_id>/withdraw")
@signed_in("office_manager")
def withdraw_key(key_id: str) -> Response:
    """Let a key open nothing any more."""
    ask("accounts", "withdraw_key", {"key_id": key_id})
    flash(_("鍵を取り消しました。いまから、どこからも使えません。"), "ok")
    return redirect(url_for("pages.systems"), 303)


@pages.post("/settings/keys/<key_id>")
@signed_in()
def answer_key(key_id: str) -> Response:
    """Agree that a key acts in my name, or take that back."""
    if request.form.get("do") == "agree":
        outcome = submit("accounts", "agree_to_key", {"key_id": key_id})
        flash(
            outcome.refused or _("認めました。システムは、あなたの名前で動けます。"),
            "ok" if outcome.answer else "warn",
        )
    else:
        ask("accounts", "withdraw_key", {"key_id": key_id})
        flash(_("鍵を取り消しました。いまから、どこからも使えません。"), "ok")
    return redirect(url_for("pages.settings") + "#keys", 303)
