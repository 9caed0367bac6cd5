"""The sentence for every code: titles, reasons of refusals, what is wrong with a field.

Services raise codes; people read sentences. A test finds every code that is raised and asks for its
words here. Style: です・ます, what to do next, no blame.
"""

import logging
from typing import Any

from flask_babel import lazy_gettext as _

from gateway.reasons import FIELDS, REASONS, WARNINGS

logger = logging.getLogger(__name__)

TITLES = {
    400: _("うまく受け取れませんでした"),
    401: _("サインインしてください"),
    403: _("この操作はできません"),
    404: _("見つかりません"),
    405: _("この操作はできません"),
    409: _("いまの状態ではできません"),
    413: _("大きすぎて送れません"),
    415: _("形式が違います"),
    422: _("入力を確かめてください"),
    429: _("少し待ってください"),
    500: _("処理できませんでした"),
    503: _("いまつながりにくくなっています"),
}


def title(status: int) -> str:
    """Return the heading for a status."""
    return str(TITLES.get(status, TITLES[500 if status >= 500 else 400]))


def reason(code: str) -> str:
    """Return the sentence for a refusal's reason."""
    return _look_up(REASONS, code, "invalid")


def field(code: str, path: str = "") -> str:
    """Return the sentence for what is wrong with a field; some fields have words of their own."""
    own = f"{path.rsplit('.', 1)[-1]}.{code}"
    return _look_up(FIELDS, own if own in FIELDS else code, "invalid")


def warning(code: str) -> str:
    """Return the sentence for a warning that comes with a success."""
    return _look_up(WARNINGS, code, "other")


def _look_up(table: dict[str, Any], code: str, otherwise: str) -> str:
    if code not in table:
        logger.error("code_without_words", extra={"code": code})
    return str(table.get(code, table[otherwise]))


def flat(fields: dict[str, Any]) -> dict[str, list[str]]:
    """Return {path: [code, …]} of a refusal's fields, however deep they are nested.

    >>> flat({"note": {"meal": ["required"]}, "days": {0: ["not_a_date"]}})
    {'note.meal': ['required'], 'days.0': ['not_a_date']}
    """
    found: dict[str, list[str]] = {}
    for name, codes in fields.items():
        if isinstance(codes, dict):
            deeper = flat(codes)
            found |= {
                str(name) if path == "_schema" else f"{name}.{path}": those for path, those in deeper.items()
            }
        else:
            found[str(name)] = [str(code) for code in (codes if isinstance(codes, list) else [codes])]
    return found


def told(fields: dict[str, Any]) -> dict[str, list[str]]:
    """Return {path: [sentence, …]} for a form that is shown again."""
    return {path: [field(code, path) for code in codes] for path, codes in flat(fields).items()}
