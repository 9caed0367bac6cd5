"""In which order I am told by my channels."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.channels import CHANNELS, URGENCIES
from gateway.ask import signed_in
from gateway.pages.blueprint import pages
from gateway.pages.settings import settings_page
from gateway.pages.submitting import submit


@pages.post("/settings/channels/order")
@signed_in()
def set_channel_order() -> Response | tuple[str, int]:
    """Keep it."""
    ranks = [
        {"urgency": urgency, "channel": channel, "rank": request.form.get(f"{urgency}-{channel}", "")}
        for urgency in URGENCIES
        for channel in CHANNELS
    ]
    outcome = submit("notify", "set_channel_order", {"ranks": ranks})
    if outcome.answer is None:
        return settings_page(order=outcome, values=request.form.to_dict()), outcome.status
    flash(_("知らせる順を記録しました。次の連絡から、この順で知らせます。"), "ok")
    return redirect(url_for("pages.settings") + "#channels", 303)
