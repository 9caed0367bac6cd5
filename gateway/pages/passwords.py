"""What both forms for a new password check before accounts is asked."""

from collections.abc import Mapping

from flask_babel import gettext as _


def check_twice(form: Mapping[str, str]) -> dict[str, list[str]]:
    """Return {field: [sentence]} when the new password is missing or not twice the same."""
    if not form.get("password"):
        return {"password": [_("新しいパスワードを入れてください。")]}
    if form.get("password") != form.get("again"):
        return {"again": [_("2つのパスワードが違います。もう一度入れてください。")]}
    return {}
