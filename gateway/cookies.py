"""The cookie that holds the session's token. The token itself is known to the browser alone."""

import hashlib

from flask import Response, g, request, session

from gateway.parts import parts

NAME = "tsunagi_session"
# Who has given the right password and not yet the second factor has this one, which opens nothing else.
STEP = "tsunagi_step"
_STEP_LASTS_S = 600
# In the form token's own cookie: for whom it was made.
WHO = "who"


def named(plain: str, public_url: str) -> str:
    """Return a cookie's name; by https one that no other site of the same domain can set (RFC 6265bis)."""
    return f"__Host-{plain}" if public_url.startswith("https:") else plain


def name() -> str:
    """Return the name of the session's cookie in this instance."""
    return named(NAME, parts().settings.public_url)


def digest() -> str | None:
    """Return the SHA-256 of this browser's token, or None when it has none."""
    return _digest(name())


def step_digest() -> str | None:
    """Return the SHA-256 of the token of a sign-in that waits for its second factor, or None."""
    return _digest(_step_name())


def _step_name() -> str:
    return named(STEP, parts().settings.public_url)


def _digest(cookie: str) -> str | None:
    token = request.cookies.get(cookie, "")
    if not token or len(token) > 200:
        return None
    return hashlib.sha256(token.encode()).hexdigest()


def keep_step(response: Response, token: str) -> None:
    """Let the browser keep the token of a sign-in that waits for its second factor."""
    how = {"max_age": _STEP_LASTS_S, "httponly": True, "samesite": "Lax", "path": "/"}
    response.set_cookie(_step_name(), token, secure=is_secure(), **how)


def forget_step(response: Response) -> None:
    """Take that token from the browser."""
    response.delete_cookie(_step_name(), httponly=True, samesite="Lax", secure=is_secure(), path="/")


def keep(response: Response, token: str, account_id: str) -> None:
    """Give the browser its token until it is closed; the end of a session is known to accounts."""
    response.set_cookie(name(), token, httponly=True, samesite="Lax", secure=is_secure(), path="/")
    _renew_form_token()
    session[WHO] = account_id


def forget(response: Response) -> None:
    """Take the token from the browser."""
    response.delete_cookie(name(), httponly=True, samesite="Lax", secure=is_secure(), path="/")
    _renew_form_token()


def _renew_form_token() -> None:
    # Whoever knew the form token before the sign-in must not know it after. Flask-WTF remembers the
    # one it made for this request in `g`.
    session.clear()
    g.pop("csrf_token", None)


def is_secure() -> bool:
    """Tell whether people reach this instance by https."""
    return parts().settings.public_url.startswith("https:")
