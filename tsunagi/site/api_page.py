"""The page of the API, made from the document that an instance serves at `/api/openapi.json`."""

from typing import Any

from flask import Flask

from chassis.config import Settings
from gateway import openapi
from gateway.app import create_app
from gateway.hub import Hub

_HEAD = """# API

{about}

The whole description for programs is in [openapi.json](openapi.json) (OpenAPI 3.1), and of the bus in
[facts.json](facts.json) (AsyncAPI 3.0). An instance serves both at `/api/openapi.json` and `/api/facts.json`,
and this page with every field at `/api/docs`.
"""


def document() -> dict[str, Any]:
    """Return the API's description. The app is made for its routes alone: it can ask nobody."""
    nobody: Any = None
    app: Flask = create_app(nobody, Settings("gateway", instance="real", secret_key="-" * 40), Hub(), nobody)
    with app.test_request_context():
        return openapi.document(app)


def write(told: dict[str, Any]) -> str:
    """Return the page: one table for each subject."""
    parts = [_HEAD.format(about=told["info"]["description"])]
    for tag in told["tags"]:
        parts.append(f"\n## {tag['name']}\n\n{tag['description']}\n\n")
        parts.append("| request | what it does | who |\n| --- | --- | --- |\n")
        parts.extend(_row(method, path, one) for method, path, one in _operations(told, tag["name"]))
    return "".join(parts)


def _operations(told: dict[str, Any], subject: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, one)
        for path, methods in told["paths"].items()
        for method, one in methods.items()
        if subject in one["tags"]
    ]


def _row(method: str, path: str, one: dict[str, Any]) -> str:
    needs_session = any("session" in needs for needs in one["security"])
    who = ", ".join(f"`{role}`" for role in one["x-roles"]) or ("any staff" if needs_session else "everybody")
    return f"| `{method} {path}` | {_plain(one['summary'])} | {who} |\n"


def _plain(words: str) -> str:
    """Return words that do not end the table's cell."""
    return words.replace("|", r"\|")
