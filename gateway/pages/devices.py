"""Which browsers show notices while no page is open, and the worker that shows them."""

from contextlib import suppress

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from contracts.errors import NotFound
from gateway import language
from gateway.ask import ask, open_to_all, signed_in
from gateway.pages import browsers
from gateway.pages.blueprint import pages
from gateway.pages.submitting import submit, typed


@pages.get("/push-worker.js")
@open_to_all
def push_worker() -> Response:
    """Answer the service worker; here, since one can show notices only of pages below its own place."""
    answer = current_app.send_static_file("js/push-worker.js")
    # A browser that kept an old one would go on with it.
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/settings/devices")
@signed_in()
def add_device() -> Redirect:
    """Have me told in this browser; its script has filled in where it is reached."""
    given = typed(request.form, "endpoint", "p256dh", "auth")
    about = browsers.named(request.headers.get("User-Agent", "")) | {"language": language.present()}
    outcome = submit("notify", "add_device", given | about)
    if outcome.answer is not None:
        flash(_("この端末に通知します。「試しに送る」で確かめてください。"), "ok")
    else:
        told = outcome.refused or _(
            "この端末の通知を登録できませんでした。ページを開き直して、もう一度押してください。"
        )
        flash(told, "warn")
    return redirect(url_for("pages.settings") + "#channels", 303)


@pages.post("/settings/devices/<device_id>/remove")
@signed_in()
def remove_device(device_id: str) -> Redirect:
    """Tell me there no more."""
    # One that is gone already, as after a press in another tab, is what was asked for.
    with suppress(NotFound):
        ask("notify", "remove_device", {"device_id": device_id})
    flash(_("その端末には、もう通知しません。"), "ok")
    return redirect(url_for("pages.settings") + "#channels", 303)
