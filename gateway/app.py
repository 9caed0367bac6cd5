"""Builds the Flask app of the gateway from its parts."""

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect

from chassis.clock import Clock
from chassis.config import BadSettings, Settings
from contracts.errors import Problem
from gateway import api, bearer, errors, guards, kept, language, pages, translating, words
from gateway.ask import ask, form_key, present
from gateway.asking import Asks
from gateway.bodies import Json
from gateway.cookies import NAME, named
from gateway.hub import Hub
from gateway.names import Names
from gateway.parts import Parts
from gateway.rates import Rates
from gateway.sessions import Sessions, SignedIn

_SHORTEST_SECRET = 32


def create_app(
    calls: Asks, settings: Settings, hub: Hub, sessions: Sessions, clock: Clock | None = None
) -> Flask:
    """Return the WSGI app.

    Raises BadSettings when the secret that signs forms is too short, Undecided when a route is unguarded.
    """
    if len(settings.secret_key) < _SHORTEST_SECRET:
        raise BadSettings(f"TSUNAGI_SECRET_KEY needs {_SHORTEST_SECRET} characters or more")
    app = Flask(__name__)
    app.json = Json(app)
    app.extensions["tsunagi"] = gather(calls, settings, hub, sessions, clock)
    _configure(app, settings)
    guards.install(app)
    bearer.install(app, CSRFProtect(app))
    babel = Babel(app, default_locale="ja", default_timezone="Asia/Tokyo", locale_selector=language.chosen)
    translating.install(app, babel)
    errors.install(app)
    app.context_processor(
        lambda: {"person": _whoever(), "instance": settings.instance, "language": language.present()}
    )
    app.jinja_env.globals.update(
        form_key=form_key, kept_form=kept.for_sign_in, reason_words=words.reason, field_words=words.field
    )
    api.install(app)
    pages.install(app)
    guards.check_decisions(app)
    return app


def gather(
    calls: Asks, settings: Settings, hub: Hub, sessions: Sessions, clock: Clock | None = None
) -> Parts:
    """Return what requests may use: all of the app that knows anybody."""
    clock = clock or Clock(settings.clock_file if settings.may_move_clock else None)
    return Parts(calls, settings, clock, sessions, hub, Names(ask), Rates(settings))


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # Flask's own session holds the form token and for whom it was made.
        SESSION_COOKIE_NAME=named(f"{NAME}_form", settings.public_url),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        # The form token lives as long as its browser session: who writes a note for hours loses nothing.
        WTF_CSRF_TIME_LIMIT=None,
        # Behind the proxy the request looks like http; the token alone decides.
        WTF_CSRF_SSL_STRICT=False,
    )


def _whoever() -> SignedIn | None:
    """Return who is signed in, for the head of a page; an error page must not fail over it."""
    try:
        return present()
    except Problem:
        return None
