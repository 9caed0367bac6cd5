"""What this browser does by itself: sound, notices, keys. Kept here only, like the language."""

from collections.abc import Iterable

from flask import Response, request

from gateway.cookies import is_secure, named
from gateway.parts import parts

SOUND, NOTICE, NO_KEYS = "sound", "notice", "no-keys"
_KNOWN = (SOUND, NOTICE, NO_KEYS)
_NAME = "tsunagi_device"
_KEPT_S = 365 * 24 * 60 * 60


def chosen() -> list[str]:
    """Return what this browser has chosen; at first nothing, so it is silent and has keys."""
    kept = request.cookies.get(_cookie(), "").split(".")
    return [one for one in _KNOWN if one in kept]


def keep(response: Response, wanted: Iterable[str]) -> None:
    """Let the browser keep the choice."""
    kept = ".".join(one for one in _KNOWN if one in set(wanted))
    response.set_cookie(
        _cookie(), kept, max_age=_KEPT_S, httponly=True, samesite="Lax", secure=is_secure(), path="/"
    )


def _cookie() -> str:
    return named(_NAME, parts().settings.public_url)
