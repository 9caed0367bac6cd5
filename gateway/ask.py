"""What every page and API method uses: who is signed in, and asking a service as that person."""

import re
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import partial, wraps
from typing import Any

import eventlet
from flask import g, request

from chassis.auth import Caller
from chassis.ids import new_secret_id
from contracts.errors import AccessDenied, Invalid, NotSignedIn, Problem, Unavailable
from gateway import bearer, cookies
from gateway.parts import parts
from gateway.sessions import SignedIn

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FORM_KEY = "form_key"
KEY_PATTERN = "^[A-Za-z0-9._-]{8,255}$"
_KEY = re.compile(KEY_PATTERN)

View = Callable[..., Any]


def ask(
    service: str,
    method: str,
    body: dict[str, Any] | None = None,
    key: str | None = None,
    *,
    timeout_s: float = 5,
) -> dict[str, Any]:
    """Return the answer of `service.method`, asked for the person of this session (or a visitor).

    In a request that changes something the idempotency key goes along by itself: of the header
    `Idempotency-Key`, of the form's hidden field, or a new one. It counts per method, so that one
    form may lead to several writes.
    """
    if request.method in UNSAFE:
        key = f"{key or request_key()}.{method}"
    return parts().calls.ask(service, method, body or {}, caller=caller(), key=key, timeout_s=timeout_s)


def ask_each(services: Sequence[str], method: str, *, timeout_s: float = 5) -> dict[str, Any]:
    """Return by service what each answers to the same question, or None where nobody answered in time.

    All are asked at once, so that several that are away take no longer than one.
    """
    calls, person = parts().calls, caller()

    def asked(service: str) -> Any:
        try:
            return calls.ask(service, method, {}, caller=person, timeout_s=timeout_s)
        except Unavailable:
            return None

    answers = together(*(partial(asked, service) for service in services))
    return dict(zip(services, answers, strict=True))


def together(*questions: Callable[[], Any]) -> list[Any]:
    """Return what each of these returns, all asked at once, so that a page waits for the slowest only.

    When some raise, what the first of them raised is raised once all are through.
    """
    under_way = [eventlet.spawn(copy_context().run, question) for question in questions]
    answers, failures = [], []
    for each in under_way:
        try:
            answers.append(each.wait())
        except Problem as problem:
            failures.append(problem)
    if failures:
        raise failures[0]
    return answers


def caller() -> Caller:
    """Return for whom this request asks: the signed-in person, or a visitor."""
    person = present()
    return person.caller if person else Caller()


def present() -> SignedIn | None:
    """Return who is signed in, or None for a visitor. Raises Unavailable when nobody can tell."""
    if "person" not in g:
        # A key that opens its route is known by now; one that does not stands for nobody.
        g.person = None if bearer.is_sent() else _find()
    return g.person


def finder() -> Callable[[], SignedIn]:
    """Return what finds again, after this request too, whoever sends it; it raises as `Sessions.find`."""
    sessions = parts().sessions
    if bearer.is_sent():
        key = bearer.digest() or ""
        return lambda: sessions.find_key(key)
    session = cookies.digest() or ""
    return lambda: sessions.find(session)


def _find() -> SignedIn | None:
    digest = cookies.digest()
    if digest is None:
        return None
    try:
        person = parts().sessions.find(digest)
    except NotSignedIn:
        return None
    if not _is_by_itself():
        parts().sessions.used(digest)
    return person


def _is_by_itself() -> bool:
    """Tell whether a script asks while nobody may be there: that keeps no session alive.

    A stream connects again and again by itself, and browsers let it send no header of ours.
    """
    return "X-Background" in request.headers or request.endpoint == "api.stream"


def signed_in(
    *roles: str, first_password: bool = False, first_factor: bool = False
) -> Callable[[View], View]:
    """Let only signed-in staff in; with `roles`, only those who act in one of them now.

    A key has been checked for the route's scope before (`gateway.bearer`).
    Who still has the password of the invitation gets in nowhere but where `first_password` is set, and who
    has to add a second factor nowhere but there and where `first_factor` is.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _require(roles, first_password, first_factor)
            return view(*args, **kwargs)

        guarded.decision = ("signed_in", roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(view: View) -> View:
    """Say on purpose that a view needs no session."""
    view.decision = ("open", ())  # type: ignore[attr-defined]
    return view


def _require(roles: tuple[str, ...], first_password: bool, first_factor: bool) -> None:
    person = present()
    if person is None:
        raise NotSignedIn("not_signed_in")
    if person.session.get("must_change_password") and not first_password:
        raise AccessDenied("must_change_password")
    if person.session.get("must_add_second_factor") and not (first_factor or first_password):
        raise AccessDenied("second_factor_missing")
    if roles:
        person.caller.require(*roles)


def request_key() -> str:
    """Return the idempotency key of this request: the sender's, or one made for it."""
    if "key" not in g:
        given = request.headers.get("Idempotency-Key") or request.form.get(FORM_KEY)
        if given and not _KEY.fullmatch(given):
            raise Invalid("bad_key", {"idempotency_key": ["bad_key"]})
        g.key = given or new_secret_id()
    return g.key


def form_key() -> str:
    """Return a key for the hidden field of a form: sent twice, it counts once.

    When a form comes back with errors it gets a new key, since its contents will be others.
    """
    return new_secret_id()
