"""この端末の設定, and what a notice on the desktop says."""

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from gateway import device
from gateway.ask import ask, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.handoffs import RECEIVERS
from gateway.parts import parts


@pages.post("/settings/device")
@signed_in()
def set_device() -> Response:
    """Keep in this browser what it does by itself."""
    wanted = [one for one in (device.SOUND, device.NOTICE) if request.form.get(one)]
    if not request.form.get("keys"):
        wanted.append(device.NO_KEYS)
    response = redirect(url_for("pages.settings") + "#device", 303)
    flash(_("この端末の設定を変えました。"), "ok")
    device.keep(response, wanted)
    return response


@pages.get("/handoffs/<handoff_id>/notice")
@signed_in(*RECEIVERS)
def notice(handoff_id: str) -> Response:
    """Answer what a notice says: office, kind and code. It stands on a screen that anybody may see."""
    told = ask("notify", "get_holding", {"handoff_id": handoff_id})
    office = parts().names.offices([told["from_office_id"]]).get(told["from_office_id"] or "", {})
    return jsonify(body=_("%(office)s　退院情報　%(code)s", office=office.get("name", ""), code=told["code"]))
