"""The JSON API: each module is one subject and asks one service, mostly one question a request."""

from importlib import import_module

from flask import Flask

from gateway.api.blueprint import api

SUBJECTS = (
    "sign_in",
    "second_factor",
    "persons",
    "stays",
    "notes",
    "handoffs",
    "inbox",
    "holding",
    "stream",
    "conferences",
    "staff",
    "keys",
    "webhooks",
    "rules",
    "rota",
    "unreached",
    "unanswered",
    "faxes",
    "statistics",
    "channels",
    "wishes",
    "facilities",
    "records",
    "operator",
    "demo",
    "openapi",
)


def install(app: Flask) -> None:
    """Let the app serve the API."""
    for subject in SUBJECTS:
        import_module(f"gateway.api.{subject}")
    app.register_blueprint(api)
