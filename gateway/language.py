"""In which language a reader is spoken to: Japanese, unless this browser has chosen English.

What a browser says of itself does not count: the machines of an office are often set up in English.
"""

from flask import Response, current_app, has_request_context, request
from flask_babel import get_locale

from contracts import texts
from gateway.cookies import is_secure, named
from gateway.inside import is_inside
from gateway.parts import parts

# Each in its own words, for those who read no other.
LANGUAGES = dict(zip(texts.LANGUAGES, ("日本語", "English"), strict=True))
DEFAULT = texts.DEFAULT

_NAME = "tsunagi_language"
_KEPT_S = 365 * 24 * 60 * 60


def chosen() -> str:
    """Return the language that this browser has chosen."""
    kept = request.cookies.get(_cookie(), "") if has_request_context() else ""
    return kept if kept in LANGUAGES else DEFAULT


def keep(response: Response, language: str) -> None:
    """Let the browser keep the choice; one that is not offered means Japanese."""
    kept = language if language in LANGUAGES else DEFAULT
    response.set_cookie(
        _cookie(), kept, max_age=_KEPT_S, httponly=True, samesite="Lax", secure=is_secure(), path="/"
    )


def _cookie() -> str:
    return named(_NAME, parts().settings.public_url)


def present() -> str:
    """Return the language of what is being written now; Japanese outside of a request."""
    locale = get_locale()
    return locale.language if locale else DEFAULT


def other() -> tuple[str, str]:
    """Return the language to change to: its code and its name for itself."""
    return next((code, word) for code, word in LANGUAGES.items() if code != present())


def between() -> str:
    """Return what stands between two sentences, or a number and its word: nothing in Japanese."""
    return "" if present() == "ja" else " "


def here() -> str:
    """Return where somebody comes back to after a change of language: this page, if it can be opened."""
    path = request.full_path.rstrip("?") if request.method == "GET" else _opened_at()
    return path if is_inside(path) else "/"


def _opened_at() -> str:
    """Return the address of the form that was sent, if its page has the same; else nothing."""
    known = current_app.create_url_adapter(request)
    return request.path if known and known.test(request.path, method="GET") else ""
