"""Requests that bring an API key: they are let in only where a route names a scope, and without cookies.

`Authorization: Bearer tsu_…`. No page of another site can have a browser send this header, so such a
request needs no form token; and because it is answered for its key alone, no cookie counts beside it.
"""

import hashlib

from flask import Flask, Response, current_app, g, request
from flask_wtf import CSRFProtect

from contracts.errors import AccessDenied, NotSignedIn
from contracts.keys import PREFIX
from gateway.parts import parts
from gateway.sessions import SignedIn

_SCHEME = "bearer "
_LONGEST = 200


def install(app: Flask, tokens: CSRFProtect) -> None:
    """Have every request checked: one with a key for its scope, every other for its form token."""
    # Flask-WTF is to look only at what brings no key.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    def check() -> None:
        if not request.endpoint:
            return
        if is_sent():
            _let_in()
        else:
            tokens.protect()

    app.before_request(check)
    app.after_request(_challenge)


def is_sent() -> bool:
    """Tell whether this request brings a key, whatever it is worth."""
    return request.headers.get("Authorization", "")[: len(_SCHEME)].lower() == _SCHEME


def digest() -> str | None:
    """Return the SHA-256 of the key, or None when what was sent has not the look of one."""
    key = request.headers["Authorization"][len(_SCHEME) :].strip()
    if not key.startswith(PREFIX) or len(key) > _LONGEST:
        return None
    return hashlib.sha256(key.encode()).hexdigest()


def find() -> SignedIn:
    """Return whom this request's key acts for. Raises NotSignedIn, or Unavailable when nobody can tell."""
    found = digest()
    if found is None:
        raise NotSignedIn("key_not_valid")
    return parts().sessions.find_key(found)


def _let_in() -> None:
    """Raise AccessDenied unless the route takes keys and this one may do what the route does."""
    view = current_app.view_functions[request.endpoint or ""]
    scope = view.description.scope if hasattr(view, "description") else None
    if scope is None:
        raise AccessDenied("no_key_here")
    g.person = find()
    if scope not in (g.person.scopes or ()):
        g.missing_scope = scope
        raise AccessDenied("scope_missing", {"scope": [scope]})
    parts().sessions.used(g.person.caller.session)


def _challenge(response: Response) -> Response:
    """Say in HTTP's own words what is wrong with a key (RFC 6750)."""
    if is_sent() and response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    elif "missing_scope" in g:
        response.headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{g.missing_scope}"'
    return response
