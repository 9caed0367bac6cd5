"""What a route says of itself, for `gateway.openapi`: what it takes, what it answers, whom it lets in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

View = Callable[..., Any]


@dataclass(frozen=True)
class Description:
    """What the signature of a route and its address cannot say."""

    takes: tuple[Schema, ...]
    answers: Schema | None
    status: int
    roles: tuple[str, ...]
    keeps_key: bool
    refuses: tuple[int, ...]
    media: str
    scope: str | None


def described(
    *takes: type[Schema] | Schema,
    answers: type[Schema] | None = None,
    status: int = 200,
    roles: tuple[str, ...] = (),
    keeps_key: bool = True,
    refuses: tuple[int, ...] = (),
    media: str = "application/json",
    scope: str | None = None,
) -> Callable[[View], View]:
    """Describe a view that asks a service; a contract test compares this with what the service declares.

    `takes` are the schemas of the service's methods: what the path does not name of them is the query of a
    GET, else the body. What the gateway fills in is left out: `SignIn(only=("login", "password"))`.
    `roles` are those that the service lets in, none = any staff. A route that changes something answers a
    repeated Idempotency-Key with the first answer unless `keeps_key` is False. `refuses` are statuses
    besides those that follow from method and path. `scope` is what an API key needs here; without one the
    route takes no keys.
    """
    schemas = tuple(each() if isinstance(each, type) else each for each in takes)
    told = answers() if answers else None

    def decorate(view: View) -> View:
        view.description = Description(  # type: ignore[attr-defined]
            schemas, told, status, roles, keeps_key, refuses, media, scope
        )
        return view

    return decorate
