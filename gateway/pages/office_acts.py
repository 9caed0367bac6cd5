"""Changes to an office's staff: add, invite, suspend, restore, deputy, manager, absence."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gateway import words
from gateway.ask import signed_in
from gateway.pages.blueprint import pages
from gateway.pages.office import member_page, new_staff_page
from gateway.pages.settings import COVERED, my_cover, settings_page
from gateway.pages.submitting import Outcome, moment_of, submit, typed
from gateway.parts import parts


@pages.post("/office/staff/new")
@signed_in("office_manager")
def add_staff() -> Response | tuple[str, int] | str:
    """Add somebody; a code that is not mailed is shown once."""
    outcome = submit(
        "accounts", "add_staff", typed(request.form, "name", "kana", "login", "email", "role", "language")
    )
    if outcome.answer is None:
        return new_staff_page(request.form.to_dict(), outcome), outcome.status
    one, code = outcome.answer["staff"], outcome.answer.get("invitation")
    if code:
        return _invited(one, code)
    flash(_("%(name)s さんを加えました。", name=one["name"]), "ok")
    return redirect(url_for("pages.staff"), 303)


@pages.post("/office/staff/<membership_id>/invite")
@signed_in("office_manager")
def invite_staff(membership_id: str) -> Response | tuple[str, int] | str:
    """Make a new code: for the first password, or a forgotten one."""
    outcome = submit("accounts", "invite_staff", {"membership_id": membership_id})
    if outcome.answer is None:
        return member_page(membership_id, {}, outcome), outcome.status
    if outcome.answer.get("invitation"):
        return _invited(outcome.answer, outcome.answer["invitation"])
    return _done(membership_id, _("案内をメールで送りました。"))


def _invited(one: dict[str, Any], code: str) -> str:
    # Not the address of this request: behind the proxy it is plain http, and the code opens an account.
    address = parts().settings.public_url + url_for("pages.invitation", code=code)
    return render_template("invited.html", one=one, code=code, address=address)


@pages.post("/office/staff/<membership_id>/suspend")
@signed_in("office_manager")
def suspend_staff(membership_id: str) -> Response | tuple[str, int]:
    """Let somebody in no more, at once and everywhere."""
    return _change(
        "suspend_staff", membership_id, {}, _("利用を止めました。いまから、どの端末でも入れません。")
    )


@pages.post("/office/staff/<membership_id>/restore")
@signed_in("office_manager")
def restore_staff(membership_id: str) -> Response | tuple[str, int]:
    """Let somebody in again."""
    return _change("restore_staff", membership_id, {}, _("また使えるようにしました。"))


@pages.post("/office/staff/<membership_id>/manager")
@signed_in("office_manager")
def name_manager(membership_id: str) -> Response | tuple[str, int]:
    """Make somebody the office's manager."""
    return _change("name_manager", membership_id, {}, _("管理者にしました。"))


@pages.post("/office/staff/<membership_id>/second-factor")
@signed_in("office_manager")
def reset_second_factor(membership_id: str) -> Response | tuple[str, int]:
    """End the second factor of somebody who has lost it."""
    sentence = _("二段階認証を解除しました。ご本人には、次のサインインのときに知らせます。")
    return _change("reset_second_factor", membership_id, {}, sentence)


@pages.post("/office/staff/<membership_id>/email")
@signed_in("office_manager")
def change_email(membership_id: str) -> Response | tuple[str, int]:
    """Put somebody's address right; nothing typed means that there is none."""
    given = {"email": request.form.get("email", "").strip() or None}
    return _change("change_email", membership_id, given, _("メールアドレスを記録しました。"))


@pages.post("/office/staff/<membership_id>/deputy")
@signed_in("office_manager")
def name_deputy(membership_id: str) -> Response | tuple[str, int]:
    """Say who stands in; nobody ends it."""
    given = {"deputy_id": request.form.get("deputy_id") or None}
    return _change("name_deputy", membership_id, given, _("代わりを記録しました。"))


@pages.post("/office/staff/<membership_id>/absence")
@signed_in("office_manager")
def set_absence(membership_id: str) -> Response | tuple[str, int]:
    """Say from when until when somebody is away."""
    return _change("set_absence", membership_id, _absence(), _("不在を記録しました。"))


@pages.post("/office/staff/<membership_id>/absences/<absence_id>/clear")
@signed_in("office_manager")
def clear_absence(membership_id: str, absence_id: str) -> Response | tuple[str, int]:
    """Take an absence back."""
    outcome = submit("accounts", "clear_absence", {"absence_id": absence_id})
    if outcome.answer is None:
        return member_page(membership_id, {}, outcome), outcome.status
    return _done(membership_id, _("不在を取り消しました。"))


def _absence() -> dict[str, Any]:
    return {
        "from_at": moment_of(request.form, "from_at", "00:00"),
        "until_at": moment_of(request.form, "until_at", "23:59"),
    }


def _change(
    method: str, membership_id: str, given: dict[str, Any], sentence: str
) -> Response | tuple[str, int]:
    outcome = submit("accounts", method, given | {"membership_id": membership_id})
    if outcome.answer is None:
        return member_page(membership_id, request.form.to_dict(), outcome), outcome.status
    _warn(outcome)
    return _done(membership_id, sentence)


def _warn(outcome: Outcome) -> None:
    for code in (outcome.answer or {}).get("warnings") or ():
        flash(words.warning(code), "warn")


def _done(membership_id: str, sentence: str) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("pages.staff_member", membership_id=membership_id), 303)


@pages.post("/settings/cover")
@signed_in(*COVERED)
def set_my_cover() -> Response | tuple[str, int]:
    """Arrange my own deputy, or an absence of mine."""
    me, _others = my_cover()
    if me is None:
        return redirect(url_for("pages.settings"), 303)
    outcome = _arrange(me["membership_id"])
    if outcome.answer is None:
        return settings_page(outcome=outcome, values=request.form.to_dict()), outcome.status
    _warn(outcome)
    flash(_("記録しました。"), "ok")
    return redirect(url_for("pages.settings") + "#cover", 303)


def _arrange(membership_id: str) -> Outcome:
    what = request.form.get("do", "")
    if what == "deputy":
        given = {"membership_id": membership_id, "deputy_id": request.form.get("deputy_id") or None}
        return submit("accounts", "name_deputy", given)
    if what == "absence":
        return submit("accounts", "set_absence", {"membership_id": membership_id, **_absence()})
    return submit("accounts", "clear_absence", {"absence_id": request.form.get("absence_id", "")})
