"""What was typed in a form that could not be taken now: it comes along with the answer, to be sent again.

The session may have ended while somebody wrote, or a service may be away. Pages are never stored by
browsers, so going back would lose everything.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Response, render_template, request, session

from contracts.errors import Problem
from gateway.ask import present
from gateway.cookies import WHO
from gateway.inside import is_inside

FIELD = "kept"
_SECRETS = frozenset({"password", "again", "present", "code", "secret"})

Fields = list[tuple[str, str]]


def fields() -> Fields:
    """Return the fields of the refused form, or none when it is not to be sent again."""
    if request.method != "POST" or request.path.startswith("/api/") or FIELD in request.form:
        return []
    if _SECRETS & request.form.keys() or not _is_our_page():
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def for_sign_in() -> str:
    """Return the refused form as text for a hidden field of the sign-in, through wrong passwords too."""
    if FIELD in request.form:
        return request.form[FIELD]
    found = fields()
    return json.dumps({"path": request.full_path, "fields": found}) if found else ""


def offer_again(response: Response, account_id: str, before: str | None) -> None:
    """Turn the answer to a sign-in into the page that offers to send a kept form again, if there is one.

    `before` is the account that the form was written by: somebody else at the same screen neither
    sees it nor sends it.
    """
    found = _parse(request.form.get(FIELD, ""))
    if found is None or account_id != before:
        return
    del response.headers["Location"]
    response.status_code = 200
    response.set_data(render_template("again.html", action=found[0], again=found[1]))


def may_be_sent_again() -> bool:
    """Tell whether a form without a valid token may be offered again: somebody signed in sent it from here.

    Browsers send no session along with another site's form (SameSite), so this is a page of ours
    whose token was renewed by a sign-in elsewhere.
    """
    try:
        return present() is not None
    except Problem:
        return False


def _is_our_page() -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _parse(text: str) -> tuple[str, Fields] | None:
    try:
        found: Any = json.loads(text)
        path, pairs = found["path"], [(str(name), str(value)) for name, value in found["fields"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (path, pairs) if isinstance(path, str) and is_inside(path) else None


def writer() -> str | None:
    """Return the account for which this browser's form token was made; its session may be over."""
    return session.get(WHO)
