"""The switch between Japanese and English in every page's head."""

from contextlib import suppress

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import Problem
from gateway import language, signing
from gateway.ask import open_to_all, present, signed_in
from gateway.inside import is_inside
from gateway.pages.blueprint import pages
from gateway.pages.submitting import submit


@pages.post("/language")
@open_to_all
def change_language() -> Response:
    """Keep the choice in this browser and lead back to the same page; letters are in that language, too."""
    wanted, chosen = request.form.get("next", ""), request.form.get("language", "")
    response = redirect(wanted if is_inside(wanted) else "/", 303)
    language.keep(response, chosen)
    # The page is what was asked for: it changes also while accounts is away.
    with suppress(Problem):
        if present() is not None and chosen in language.LANGUAGES:
            signing.change_own("set_language", {"language": chosen})
    return response


@pages.post("/settings/language")
@signed_in()
def set_letter_language() -> Response:
    """Write to me in this language, whatever that of this browser is."""
    outcome = submit("accounts", "set_language", {"language": request.form.get("language", "")})
    if outcome.answer is None:
        flash(_("日本語か英語を選んでください。"), "warn")
    else:
        signing.read_anew()
        flash(_("これからのメールと通知は、選んだ言葉で届きます。"), "ok")
    return redirect(url_for("pages.settings") + "#letters", 303)
