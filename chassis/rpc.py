"""Entry points for requests: the caller is checked, the body is loaded, a transaction is open.

A request may be delivered twice (`chassis.safe_rpc`) or repeated by its caller. Therefore every write is
done once per idempotency key (`chassis.done_once`).
"""

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from marshmallow import Schema, ValidationError
from prometheus_client import Histogram
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import trace
from chassis.auth import Caller
from chassis.database_faults import is_database_fault
from chassis.done_once import DoneOnce
from chassis.field_codes import flat
from chassis.safe_rpc import SafeRpc
from chassis.wire import plain
from contracts.errors import AccessDenied, Invalid, Problem, Unavailable
from contracts.roles import SERVICE, VISITOR

logger = logging.getLogger(__name__)

ANY_STAFF = "*"
TOOK_S = Histogram("request_seconds", "Time to answer one request", ["method", "outcome"])


def reads(*roles: str, takes: type[Schema] | None = None) -> Callable[..., Any]:
    """Make `method(self, tx, request)` answer a question of callers in these roles ("*": any staff).

    `request` has been loaded by `takes`. The transaction may write, for the access log.
    """
    return _answers(roles, takes, _read)


def decides(*roles: str, takes: type[Schema] | None = None) -> Callable[..., Any]:
    """Make `method(self, request)` answer with transactions of its own, for which no key is kept.

    For requests with a password: a refused try has to be counted although it is refused, no
    connection waits while hashes are computed, and neither request nor answer leaves a trace.
    """
    return _answers(roles, takes, _decide)


def writes(
    *roles: str, takes: type[Schema] | None = None, told_once: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Make `method(self, tx, request)` carry out a request, once per caller and idempotency key.

    A repeated key is answered with the first answer; with another body it is a Conflict. Secrets in
    the answer's fields `told_once` are not kept: the repeated answer has None there.
    """
    return _answers(roles, takes, partial(_write, told_once))


def _answers(
    roles: tuple[str, ...], takes: type[Schema] | None, act: Callable[..., Any]
) -> Callable[..., Any]:
    if not roles:
        raise TypeError("say who may call: roles, or '*' for any member of staff")
    schema = takes() if takes else None

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def answer(self: Any, request: dict[str, Any]) -> dict[str, Any]:
            span = trace.span("server", f"{self.name}.{method.__name__}", self.chassis.traceparent)
            with span, TOOK_S.labels(method=method.__name__, outcome="").time():
                return _answer(self, method, request, roles, schema, act)

        answer.roles = roles  # type: ignore[attr-defined]
        answer.takes = takes  # type: ignore[attr-defined]
        answer.keeps_key = act not in (_read, _decide)  # type: ignore[attr-defined]
        entered: Callable[..., Any] = SafeRpc.decorator(answer)
        return entered

    return decorate


def _answer(
    self: Any,
    method: Callable[..., Any],
    request: dict[str, Any],
    roles: tuple[str, ...],
    schema: Schema | None,
    act: Callable[..., Any],
) -> dict[str, Any]:
    """Return {"ok": answer} or {"problem": {...}}; only bugs leave as exceptions."""
    try:
        caller = self.chassis.verify(method.__name__, request)
        _check_role(caller, roles)
        body = schema.load(request) if schema else request
        return {"ok": plain(_once_more(lambda: act(self, method, request, body)))}
    except ValidationError as error:
        return {"problem": Invalid(fields=flat(error.messages)).to_wire()}
    except Problem as problem:
        return {"problem": problem.to_wire()}
    except DBAPIError as error:
        if not is_database_fault(error):
            raise
        logger.error("database_fault", extra={"method": method.__name__, "reason": type(error.orig).__name__})
        return {"problem": Unavailable("database").to_wire()}


def _check_role(caller: Caller, roles: tuple[str, ...]) -> None:
    is_staff = caller.role not in (VISITOR, SERVICE)
    if caller.role not in roles and not (is_staff and ANY_STAFF in roles):
        raise AccessDenied("role")


def _once_more(act: Callable[[], Any]) -> Any:
    """Run `act`, and once more when the connection had been closed by the server meanwhile."""
    try:
        return act()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return act()


def _read(self: Any, method: Callable[..., Any], request: dict[str, Any], body: Any) -> Any:
    with self.db.begin() as tx:
        return method(self, tx, body)


def _decide(self: Any, method: Callable[..., Any], request: dict[str, Any], body: Any) -> Any:
    return method(self, body)


def _write(
    told_once: tuple[str, ...], self: Any, method: Callable[..., Any], request: dict[str, Any], body: Any
) -> Any:
    key = self.chassis.idempotency_key
    if not key:
        return _read(self, method, request, body)
    done = DoneOnce(self.chassis.context.table("done_once"), self.caller, key, method.__name__, request)
    try:
        with self.db.begin() as tx:
            answer = plain(method(self, tx, body))
            done.record(tx, answer | {name: None for name in told_once if name in answer})
        return answer
    except (Problem, IntegrityError):
        # Either a repeat whose first run is done, or a real refusal.
        with self.db.begin() as tx:
            found, answer = done.recall(tx)
        if found:
            return answer
        raise
