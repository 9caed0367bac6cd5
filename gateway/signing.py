"""Signing in and out, as pages and API do it alike."""

from typing import Any

from flask import Response, request

from chassis.auth import Caller
from gateway import cookies
from gateway.ask import ask, present
from gateway.parts import parts
from gateway.places import place


def sign_in(response: Response, login: Any, password: Any) -> dict[str, Any] | None:
    """Return the new session and give its token to the browser by `response`.

    None = a second factor is due; then the token is that of `answer_second_factor`.
    Raises NotSignedIn("wrong_password"), TooMany, or Invalid when a field is missing.
    """
    agent = request.headers.get("User-Agent", "").replace("\x00", "")[:200]
    asked = {"login": login, "password": password, "user_agent": agent, "place": place()}
    # Whoever signs in does it as a visitor, whatever session the browser still has.
    answer = parts().calls.ask("accounts", "sign_in", asked, caller=Caller(), timeout_s=10)
    if answer["session"] is None:
        cookies.keep_step(response, answer["token"])
        return None
    cookies.keep(response, answer["token"], answer["session"]["account_id"])
    return answer["session"]


def answer_second_factor(response: Response, code: Any) -> dict[str, Any]:
    """Return the new session of a sign-in that waited for this code, and give its token to the browser.

    Raises NotSignedIn("step_over"), TooMany, or Invalid when the code is wrong.
    """
    asked = {"step": cookies.step_digest() or "", "code": code, "place": place()}
    answer = parts().calls.ask("accounts", "answer_second_factor", asked, caller=Caller())
    cookies.keep(response, answer["token"], answer["session"]["account_id"])
    cookies.forget_step(response)
    return answer["session"]


def sign_out(response: Response) -> None:
    """End the present session, everywhere at once, and take the token from the browser."""
    person = present()
    if person is not None:
        ask("accounts", "end_session", {"session": person.caller.session})
        _forget(person.caller.session, "session_ended")
    cookies.forget(response)


def act_as(membership_id: Any) -> dict[str, Any]:
    """Return the present session, now acting in another of one's own roles."""
    person = present()
    assert person is not None  # the view is for those signed in
    session = ask("accounts", "act_as", {"session": person.caller.session, "membership_id": membership_id})
    _forget(person.caller.session, "session_changed")
    return session


def set_password(fields: dict[str, Any]) -> None:
    """Set a password: one's own with the present one, or the first one with an invitation's code."""
    change_own("set_password", fields)


def change_own(method: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what accounts answers to a change of how somebody signs in; their session is read anew."""
    answer = ask("accounts", method, fields, timeout_s=10)
    read_anew()
    return answer


def read_anew() -> None:
    """Have the present session asked for again at its next request."""
    person = present()
    if person is not None:
        _forget(person.caller.session, "session_changed")


def _forget(digest: str, event: str) -> None:
    # The broadcast hint comes too, but the next request may be faster.
    hint = {"event": event, "session": digest}
    parts().sessions.on_hint(hint)
    parts().hub.on_hint(hint)
