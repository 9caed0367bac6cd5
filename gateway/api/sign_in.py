"""Signing in and out, the present session, the password, the address of mails."""

from typing import Any

from flask import Response, jsonify
from flask_wtf.csrf import generate_csrf
from marshmallow import fields

from contracts.accounts import ActAs, Session, SetOwnEmail, SetPassword, SignIn
from contracts.second_factor import AnswerSecondFactor
from gateway import errors, signing
from gateway.api.blueprint import api
from gateway.ask import ask, open_to_all, present, signed_in
from gateway.bodies import body
from gateway.described import described

# The hash that services know a session by is of no use to a browser.
_SECRET = ("session",)


class PresentSession(Session):
    """Who is signed in, and the token for writing requests; of a visitor only `signed_in` and the token."""

    class Meta:
        exclude = _SECRET

    signed_in = fields.Boolean(required=True)
    csrf_token = fields.String(required=True)


@api.get("/session")
@open_to_all
@described(answers=PresentSession)
def session() -> Response:
    """Answer who is signed in, and the token that every writing request carries as X-CSRF-Token."""
    person = present()
    return jsonify(_told(person.session if person else None))


@api.post("/sign-in")
@open_to_all
@described(SignIn(only=("login", "password")), answers=PresentSession, keeps_key=False, refuses=(401, 429))
def sign_in() -> Response:
    """Start a session; its token is set as a cookie.

    401 with the reason `second_factor_due`: the password was right, and a code has to follow.
    """
    given = body()
    response = Response(mimetype="application/json")
    session = signing.sign_in(response, given.get("login"), given.get("password"))
    if session is None:
        due = errors.answer(401, "second_factor_due")
        due.headers.extend([("Set-Cookie", cookie) for cookie in response.headers.getlist("Set-Cookie")])
        return due
    response.data = jsonify(_told(session)).data
    return response


@api.post("/sign-in/code")
@open_to_all
@described(AnswerSecondFactor(only=("code",)), answers=PresentSession, keeps_key=False, refuses=(401, 429))
def answer_second_factor() -> Response:
    """Complete a sign-in by the code of the app or a recovery code, within 10 minutes."""
    response = Response(mimetype="application/json")
    session = signing.answer_second_factor(response, body().get("code"))
    response.data = jsonify(_told(session)).data
    return response


@api.post("/sign-out")
@open_to_all
@described(status=204)
def sign_out() -> Response:
    """End the session. Without one nothing happens."""
    response = Response(status=204)
    signing.sign_out(response)
    return response


@api.post("/session/acting")
@signed_in()
@described(ActAs(only=("membership_id",)), answers=PresentSession, refuses=(404,))
def act_as() -> Response:
    """Act in another of one's own roles from now on."""
    return jsonify(_told(signing.act_as(body().get("membership_id"))))


@api.put("/email")
@signed_in()
@described(SetOwnEmail, status=204, keeps_key=False, refuses=(429,))
def set_own_email() -> Response:
    """Put my own e-mail address right."""
    ask("accounts", "set_own_email", body())
    return Response(status=204)


@api.post("/password")
@open_to_all
@described(SetPassword, status=204, keeps_key=False, refuses=(404, 429))
def set_password() -> Response:
    """Set one's password, or the first one with an invitation's code."""
    signing.set_password(body())
    return Response(status=204)


def _told(session: dict[str, Any] | None) -> dict[str, Any]:
    if session is None:
        return {"signed_in": False, "csrf_token": generate_csrf()}
    shown = {name: value for name, value in session.items() if name not in _SECRET}
    return {"signed_in": True, **shown, "csrf_token": generate_csrf()}
