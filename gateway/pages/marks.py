"""Marking what is in an inbox as read or as unread again, one or many. Acknowledges nothing."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from gateway.ask import ask, signed_in
from gateway.inside import is_inside
from gateway.pages.blueprint import pages

_MOST = 200


@pages.post("/inbox/marks")
@signed_in("care_manager", "office_manager", "clinician", "care_worker", "desk")
def mark() -> Response:
    """Mark what was chosen; a row has buttons of its own, the list's buttons are for all that is ticked."""
    item_ids, is_read = _chosen()
    if item_ids:
        told = ask("notify", "mark_items", {"item_ids": item_ids[:_MOST], "is_read": is_read})
        flash(_said(told["changed"], is_read), "ok")
    else:
        flash(_("先に、連絡を選んでください。"), "warn")
    here = request.form.get("here", "")
    return redirect(here if is_inside(here) else url_for("pages.home"), 303)


def _chosen() -> tuple[list[str], bool]:
    form = request.form
    for name, is_read in (("read", True), ("unread", False)):
        if form.get(name):
            return [form[name]], is_read
    every = form.get("do") == "read_page"
    return form.getlist("shown" if every else "item"), form.get("do") in ("read", "read_page")


def _said(count: int, is_read: bool) -> str:
    if is_read:
        return ngettext("%(num)s件を既読にしました。", "%(num)s件を既読にしました。", count)
    return ngettext("%(num)s件を未読に戻しました。", "%(num)s件を未読に戻しました。", count)
